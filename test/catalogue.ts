import type postgres from "postgres";

/** The SQL condition that an object doesn't belong to an extension. */
const notOfExtension = (oid: string) =>
  `not exists (select from pg_depend e where e.objid = ${oid} and e.deptype = 'e')`;
const roleName = (oid: string) => `case ${oid} when 0 then 'public' else ${oid}::regrole::text end`;

/** One SELECT for each kind of object in the catalogue. `ours` stands for the relations of the schema public. */
const kinds = {
  tables: `
    select c.relname, c.relkind, 'row security', c.relrowsecurity, 'forced', c.relforcerowsecurity, c.reloptions,
      'owner', c.relowner::regrole
    from ours c where c.relkind <> 'i'`,
  columns: `
    select c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod), 'not null', a.attnotnull,
      'default', pg_get_expr(d.adbin, d.adrelid), 'identity', a.attidentity, 'generated', a.attgenerated,
      'collate', a.attcollation::regcollation, 'storage', a.attstorage, 'compression', a.attcompression
    from ours c join pg_attribute a on a.attrelid = c.oid
      left join pg_attrdef d on (d.adrelid, d.adnum) = (c.oid, a.attnum)
    where c.relkind in ('r', 'p', 'v', 'm') and a.attnum > 0 and not a.attisdropped`,
  sequences: `
    select c.relname, (to_jsonb(s) - 'seqrelid')::text from ours c join pg_sequence s on s.seqrelid = c.oid`,
  constraints: `
    select c.relname, k.conname, pg_get_constraintdef(k.oid), 'validated', k.convalidated
    from ours c join pg_constraint k on k.conrelid = c.oid where k.contype <> 'n'`,
  indexes: `
    select pg_get_indexdef(c.oid), 'valid', i.indisvalid from ours c join pg_index i on i.indexrelid = c.oid`,
  policies: `
    select c.relname, p.polname, 'permissive', p.polpermissive, 'for', p.polcmd,
      'to', array(select ${roleName("role")} from unnest(p.polroles) role order by 1),
      'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)
    from ours c join pg_policy p on p.polrelid = c.oid`,
  triggers: `
    select pg_get_triggerdef(t.oid), 'enabled', t.tgenabled
    from ours c join pg_trigger t on t.tgrelid = c.oid where not t.tgisinternal`,
  functions: `
    select pg_get_functiondef(p.oid), 'owner', p.proowner::regrole
    from pg_proc p where p.pronamespace = 'public'::regnamespace and ${notOfExtension("p.oid")}`,
  types: `
    select t.typname, t.typtype from pg_type t
    where t.typnamespace = 'public'::regnamespace and t.typtype in ('e', 'd', 'r') and ${notOfExtension("t.oid")}`,
  grants: `
    select name, ${roleName("grantee")}, privilege_type, case when is_grantable then 'grantable' end
    from (
      select c.relname::text, coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner))
      from ours c where c.relkind <> 'i'
      union all
      select c.relname || '.' || a.attname, a.attacl from ours c join pg_attribute a on a.attrelid = c.oid
      where a.attacl is not null
      union all
      select p.oid::regprocedure::text, coalesce(p.proacl, acldefault('f', p.proowner)) from pg_proc p
      where p.pronamespace = 'public'::regnamespace and ${notOfExtension("p.oid")}
    ) as held (name, acl), aclexplode(acl)`,
};
export type CatalogueKind = keyof typeof kinds;

/**
 * Returns all objects of a database's schema public by kind, each kind as a sorted list of lines. The order of a table's
 * columns makes no difference.
 */
export async function readCatalogue(
  client: postgres.Sql | postgres.TransactionSql,
): Promise<Record<CatalogueKind, string[]>> {
  const read = {} as Record<CatalogueKind, string[]>;
  for (const [kind, query] of Object.entries(kinds)) {
    const rows = await client
      .unsafe(
        `with ours as (select * from pg_class where relnamespace = 'public'::regnamespace and relkind not in ('t', 'c'))
        ${query}`,
      )
      .values();
    read[kind as CatalogueKind] = rows.map((words) => words.map(String).join(" ")).toSorted();
  }
  return read;
}
