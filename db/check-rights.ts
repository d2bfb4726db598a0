import type postgres from "postgres";
import { functions, listTableRights } from "./grants.ts";

const shownMost = 5;

/**
 * Returns a sentence if the role lacks rights that db:migrate gives it, as after a restore without rights, and one if
 * row-level security is off for a table that has policies. The database must have this version's tables.
 */
export async function rightsProblems(client: postgres.Sql): Promise<string[]> {
  const rights = listTableRights();
  const missing = await client<{ name: string }[]>`
    with wanted as (
      select to_regclass('public.' || quote_ident(name)) as id, name, "right"
      from unnest(${rights.map(({ table }) => table)}::text[], ${rights.map(({ right }) => right)}::text[])
        as listed (name, "right")
      union all
      select c.oid::regclass, 'pgboss.' || relname, "right" from pg_class c,
        unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as "right"
      where relnamespace = to_regnamespace('pgboss') and relkind in ('r', 'p')
    )
    select name from wanted where id is null or not has_table_privilege(id, "right")
    union
    select name from unnest(${functions}::text[]) as name
    where not exists (select from pg_proc where proname = name and pronamespace = 'public'::regnamespace
      and has_function_privilege(oid, 'EXECUTE'))
    union
    select 'pgboss' where not coalesce(has_schema_privilege(to_regnamespace('pgboss')::oid, 'USAGE'), false)
    union
    select 'read_tickets' where not coalesce(has_sequence_privilege(to_regclass('public.read_tickets'), 'USAGE'), false)
    order by name`;
  const open = await client<{ name: string }[]>`
    select c.oid::regclass::text as name from pg_class c
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity
      and exists (select from pg_policy where polrelid = c.oid)
    order by 1`;
  const problems: string[] = [];
  if (missing.length > 0)
    problems.push(
      `DATABASE_URL signs in as a role without all rights: it lacks some on ${listOf(missing)}. Run: npm run db:migrate, with the same DATABASE_URL`,
    );
  if (open.length > 0)
    problems.push(
      `Row-level security is off for ${listOf(open)}, so organisations wouldn't be kept apart. As the owner: ${open.map(({ name }) => `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;`).join(" ")}`,
    );
  return problems;
}

function listOf(found: readonly { name: string }[]): string {
  const shown = found.slice(0, shownMost).map(({ name }) => name);
  const more = found.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}
