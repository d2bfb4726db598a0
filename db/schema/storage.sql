-- Turns off compression for columns that are gzipped or sealed, which PostgreSQL would try to compress in vain.
-- Columns that are already right aren't touched, because the change locks the table.
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
