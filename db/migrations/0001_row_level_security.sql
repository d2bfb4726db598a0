-- Every organisation's table: forced row-level security, the organisation set per transaction, nothing when
-- it is unset. The owner's own policy lets data migrations see the rows they migrate.
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'change_sequences','access_requests','data_keys','credentials','configurations','skipped_alerts',
    'detections','detection_payloads','detection_events','status_changes','detection_counts','audit_events'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format(
      'CREATE POLICY organisation ON %I USING (organisation_id = (SELECT nullif(current_setting(''app.organisation_id'', true), '''')::uuid)) WITH CHECK (organisation_id = (SELECT nullif(current_setting(''app.organisation_id'', true), '''')::uuid))', t);
    EXECUTE format('CREATE POLICY migrations ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', t);
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE organisations ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE organisations FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY organisation ON organisations
  USING (id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid))
  WITH CHECK (id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));
--> statement-breakpoint
CREATE POLICY migrations ON organisations TO CURRENT_USER USING (true) WITH CHECK (true);
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS pg_trgm;
--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS btree_gin;
--> statement-breakpoint
CREATE INDEX detections_search ON detections USING gin (organisation_id, search_text gin_trgm_ops);
--> statement-breakpoint
-- Text search: LIKE isn't leakproof, so row-level security would keep it out of the trigram index. This
-- function runs as the owner, filters by the set organisation itself, and gives back ids and nothing else.
CREATE FUNCTION search_detections(
  needle text, severities text[], statuses text[], configuration_ids uuid[],
  since timestamptz, until timestamptz, cursor_at timestamptz, cursor_id uuid, most integer
) RETURNS TABLE (id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
#variable_conflict use_column
DECLARE
  organisation uuid := nullif(current_setting('app.organisation_id', true), '')::uuid;
  pattern text := '%' || replace(replace(replace(lower(needle), '\', '\\'), '%', '\%'), '_', '\_') || '%';
BEGIN
  IF organisation IS NULL THEN RETURN; END IF;
  RETURN QUERY
    SELECT d.id FROM detections d
    WHERE d.organisation_id = organisation
      AND d.search_text LIKE pattern
      AND (severities IS NULL OR d.severity = ANY (severities))
      AND (statuses IS NULL OR d.status = ANY (statuses))
      AND (configuration_ids IS NULL OR d.configuration_id = ANY (configuration_ids))
      AND (since IS NULL OR d.occurred_at >= since)
      AND (until IS NULL OR d.occurred_at < until)
      AND (cursor_at IS NULL OR (d.occurred_at, d.id) < (cursor_at, cursor_id))
    ORDER BY d.occurred_at DESC, d.id DESC
    LIMIT most;
END $$;
--> statement-breakpoint
-- The next k numbers of an organisation's change sequence, under its row's lock until commit.
CREATE FUNCTION take_changes(organisation uuid, k integer) RETURNS bigint
LANGUAGE sql VOLATILE
SET search_path = public, pg_temp
AS $$
  UPDATE change_sequences SET last_sequence = last_sequence + k
  WHERE organisation_id = organisation RETURNING last_sequence
$$;
--> statement-breakpoint
CREATE FUNCTION keep_detection_counts() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO detection_counts AS c (organisation_id, configuration_id, severity, status, count)
      SELECT organisation_id, configuration_id, severity, status, count(*) FROM added
      WHERE NOT is_sample GROUP BY 1, 2, 3, 4
      ON CONFLICT (organisation_id, configuration_id, severity, status) DO UPDATE SET count = c.count + excluded.count;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO detection_counts AS c (organisation_id, configuration_id, severity, status, count)
      SELECT organisation_id, configuration_id, severity, status, -count(*) FROM removed
      WHERE NOT is_sample GROUP BY 1, 2, 3, 4
      ON CONFLICT (organisation_id, configuration_id, severity, status) DO UPDATE SET count = c.count + excluded.count;
  ELSE
    INSERT INTO detection_counts AS c (organisation_id, configuration_id, severity, status, count)
      SELECT organisation_id, configuration_id, severity, status, sum(n) FROM (
        SELECT organisation_id, configuration_id, severity, status, 1 AS n FROM added WHERE NOT is_sample
        UNION ALL
        SELECT organisation_id, configuration_id, severity, status, -1 FROM removed WHERE NOT is_sample
      ) moved GROUP BY 1, 2, 3, 4 HAVING sum(n) <> 0
      ON CONFLICT (organisation_id, configuration_id, severity, status) DO UPDATE SET count = c.count + excluded.count;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER detections_counted_insert AFTER INSERT ON detections
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_detection_counts();
--> statement-breakpoint
CREATE TRIGGER detections_counted_update AFTER UPDATE ON detections
  REFERENCING NEW TABLE AS added OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION keep_detection_counts();
--> statement-breakpoint
CREATE TRIGGER detections_counted_delete AFTER DELETE ON detections
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION keep_detection_counts();
--> statement-breakpoint
ALTER TABLE memberships ADD CONSTRAINT memberships_role CHECK (role IN ('admin','analyst','viewer'));
--> statement-breakpoint
ALTER TABLE detections
  ADD CONSTRAINT detections_severity CHECK (severity IN ('high','medium','low','informational','unknown')),
  ADD CONSTRAINT detections_status CHECK (status IN ('active','in_progress','dismissed','resolved','unknown')),
  ADD CONSTRAINT detections_sync_state CHECK (sync_state IN ('idle','held','sending','confirmed','diverged','failed'));
--> statement-breakpoint
ALTER TABLE status_changes
  ADD CONSTRAINT status_changes_state CHECK (state IN ('held','sending','confirmed','diverged','failed','cancelled'));
