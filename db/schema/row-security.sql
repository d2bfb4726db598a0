-- Forces row-level security for the owner too, and gives the owner a policy that allows all rows, for migrations and for
-- functions that run as the owner. Tables that are already right aren't touched, because each change locks the table.
DO $$
DECLARE
  bound record;
BEGIN
  FOR bound IN
    SELECT c.oid::regclass AS name, c.relforcerowsecurity AS is_forced, c.relowner AS owner, p.polroles AS roles
    FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid AND p.polname = 'owner'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relrowsecurity
  LOOP
    IF NOT bound.is_forced THEN
      EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', bound.name);
    END IF;
    IF bound.roles IS DISTINCT FROM ARRAY[bound.owner] THEN
      EXECUTE format('DROP POLICY IF EXISTS owner ON %s', bound.name);
      EXECUTE format(
        'CREATE POLICY owner ON %s TO %I USING (true) WITH CHECK (true)', bound.name, pg_get_userbyid(bound.owner));
    END IF;
  END LOOP;
END $$;
