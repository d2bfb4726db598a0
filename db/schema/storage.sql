-- What is gzipped or sealed doesn't get smaller; PostgreSQL would try to compress each alert four times.
-- A column that stands as it should is left alone, since the change locks its table.
DO $$
DECLARE
  packed record;
  storage "char";
BEGIN
  FOR packed IN
    SELECT * FROM (VALUES
      ('inbox'::regclass, 'body'),
      ('deliveries', 'body'),
      ('detection_sources', 'raw'),
      ('detection_sources', 'webhook_raw')
    ) AS listed (name, "column")
  LOOP
    SELECT attstorage INTO STRICT storage FROM pg_attribute
    WHERE attrelid = packed.name AND attname = packed.column AND NOT attisdropped;
    IF storage <> 'e' THEN
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE EXTERNAL', packed.name, packed.column);
    END IF;
  END LOOP;
END $$;
