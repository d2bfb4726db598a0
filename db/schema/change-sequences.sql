-- The next k numbers of an organisation's change sequence, under its row's lock until commit.
CREATE OR REPLACE FUNCTION take_changes(organisation uuid, k integer) RETURNS bigint
LANGUAGE sql VOLATILE
SET search_path = public, pg_temp
AS $$
  UPDATE change_sequences SET last_sequence = last_sequence + k
  WHERE organisation_id = organisation RETURNING last_sequence
$$;

-- How far each organisation's change sequence is, for the processes that hold streams of many: numbers only.
CREATE OR REPLACE FUNCTION last_changes(organisations uuid[]) RETURNS TABLE (organisation_id uuid, last_sequence bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT c.organisation_id, c.last_sequence FROM change_sequences c WHERE c.organisation_id = ANY (organisations)
$$;
