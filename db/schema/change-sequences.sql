-- Takes the next k numbers of an organisation's change sequence and returns the last one. The row stays locked until commit.
CREATE OR REPLACE FUNCTION take_changes(organisation uuid, k integer) RETURNS bigint
LANGUAGE sql VOLATILE
SET search_path = public, pg_temp
AS $$
  UPDATE change_sequences SET last_sequence = last_sequence + k
  WHERE organisation_id = organisation RETURNING last_sequence
$$;

-- Returns the last change number of each organisation, for processes that hold streams of many organisations. Numbers only.
CREATE OR REPLACE FUNCTION last_changes(organisations uuid[]) RETURNS TABLE (organisation_id uuid, last_sequence bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT c.organisation_id, c.last_sequence FROM change_sequences c WHERE c.organisation_id = ANY (organisations)
$$;
