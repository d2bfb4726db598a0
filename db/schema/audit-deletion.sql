-- The audit log is append-only: the portal's role may only read and insert (db/grants.ts). These two functions alone delete
-- entries. Only the owner of the tables may call them, and each leaves an entry that says who deleted how many.

-- Deletes the entries of all organisations that are older than `days` days, which must be at least 365. Returns their number.
CREATE OR REPLACE FUNCTION delete_old_audit_events(days integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  limit_at timestamptz := now() - make_interval(days => days);
  deleted bigint;
BEGIN
  IF days IS NULL OR days < 365 THEN
    RAISE EXCEPTION 'audit entries are kept for at least 365 days, and % were asked for', days
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  WITH gone AS (
    DELETE FROM audit_events WHERE at < limit_at RETURNING organisation_id
  ), counted AS (
    SELECT organisation_id, count(*) AS n FROM gone GROUP BY organisation_id
  ), noted AS (
    INSERT INTO audit_events (organisation_id, id, at, actor, action, subject, subject_id, detail)
    SELECT organisation_id, gen_random_uuid(), now(), 'Operator (' || session_user || ')', 'audit.trimmed',
      'organisation', organisation_id::text, jsonb_build_object('entries', n, 'before', limit_at, 'days', days)
    FROM counted
  )
  SELECT coalesce(sum(n), 0) INTO deleted FROM counted;
  RETURN deleted;
END $$;

-- Deletes the entries of an organisation that is marked as deleted (organisations.deleted_at), but not what earlier calls left.
-- Returns their number.
CREATE OR REPLACE FUNCTION delete_audit_events_of(organisation uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  deleted bigint;
BEGIN
  -- locked, so that the mark isn't taken away meanwhile
  PERFORM FROM organisations WHERE id = organisation AND deleted_at IS NOT NULL FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'organisation % is not marked as deleted', organisation
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  WITH gone AS (
    DELETE FROM audit_events WHERE organisation_id = organisation AND action <> 'audit.deleted' RETURNING 1
  )
  SELECT count(*) INTO deleted FROM gone;
  INSERT INTO audit_events (organisation_id, id, at, actor, action, subject, subject_id, detail)
  VALUES (organisation, gen_random_uuid(), now(), 'Operator (' || session_user || ')', 'audit.deleted',
    'organisation', organisation::text, jsonb_build_object('entries', deleted));
  RETURN deleted;
END $$;
