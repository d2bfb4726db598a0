-- Updates the counts of detections in the transaction that changes the rows.
CREATE OR REPLACE FUNCTION keep_detection_counts() RETURNS trigger
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO detection_counts AS c (organisation_id, configuration_id, box, severity, status, count)
      SELECT organisation_id, configuration_id, box, severity, status, count(*) FROM added
      GROUP BY 1, 2, 3, 4, 5
      ON CONFLICT (organisation_id, configuration_id, box, severity, status) DO UPDATE SET count = c.count + excluded.count;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO detection_counts AS c (organisation_id, configuration_id, box, severity, status, count)
      SELECT organisation_id, configuration_id, box, severity, status, -count(*) FROM removed
      GROUP BY 1, 2, 3, 4, 5
      ON CONFLICT (organisation_id, configuration_id, box, severity, status) DO UPDATE SET count = c.count + excluded.count;
  ELSE
    INSERT INTO detection_counts AS c (organisation_id, configuration_id, box, severity, status, count)
      SELECT organisation_id, configuration_id, box, severity, status, sum(n) FROM (
        SELECT organisation_id, configuration_id, box, severity, status, 1 AS n FROM added
        UNION ALL
        SELECT organisation_id, configuration_id, box, severity, status, -1 FROM removed
      ) moved GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0
      ON CONFLICT (organisation_id, configuration_id, box, severity, status) DO UPDATE SET count = c.count + excluded.count;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER detections_counted_insert AFTER INSERT ON detections
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION keep_detection_counts();
CREATE OR REPLACE TRIGGER detections_counted_update AFTER UPDATE ON detections
  REFERENCING NEW TABLE AS added OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION keep_detection_counts();
CREATE OR REPLACE TRIGGER detections_counted_delete AFTER DELETE ON detections
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION keep_detection_counts();
