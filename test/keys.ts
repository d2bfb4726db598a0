import type postgres from "postgres";
import { unkeyed, unkeyedNameOf } from "./unkeyed.ts";

type Client = postgres.Sql | postgres.TransactionSql;
type Column = { table: string; column: string };

/**
 * Lists the columns that name another row or something outside the database. These are all UUIDs except a row's own id, and
 * all columns whose name says id.
 */
const listNaming = (client: Client) => client<Column[]>`
  select c.relname as table, a.attname as column
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
    and a.attname <> 'id' and (a.atttypid in ('uuid'::regtype, 'uuid[]'::regtype) or a.attname ~ '_ids?$')
  order by 1, 2`;

/** Lists every foreign key. `isIndexed` says whether an index finds the rows that refer to a given row. */
const listKeys = (client: Client) => client<
  (Column & { name: string; definition: string; isBound: boolean; mayGo: boolean; isIndexed: boolean })[]
>`
  select c.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition,
    -- a key within an organisation has two columns, of which this is the second
    (select attname from pg_attribute where attrelid = c.oid and attnum = k.conkey[cardinality(k.conkey)]) as column,
    not exists (select from pg_attribute where attrelid = k.confrelid and attname = 'organisation_id')
      or (select attname from pg_attribute where attrelid = k.confrelid and attnum = k.confkey[1]) = 'organisation_id'
      as "isBound",
    has_table_privilege('pocketsoc_app', k.confrelid, 'DELETE') as "mayGo",
    exists (
      select from pg_index i cross join lateral (
        select array_agg(one.attnum) as attnums from unnest(i.indkey::int2[]) with ordinality one (attnum, place)
        where one.place <= cardinality(k.conkey)
      ) first
      where i.indrelid = c.oid and i.indisvalid
        and (first.attnums @> k.conkey or (i.indisunique and i.indnkeyatts = 1 and k.conkey @> first.attnums))
        -- "= …" implies no more of a predicate than that the column isn't null
        and coalesce(pg_get_expr(i.indpred, i.indrelid), '') in ('', (
          select format('(%s IS NOT NULL)', attname) from pg_attribute
          where attrelid = c.oid and attnum = k.conkey[cardinality(k.conkey)]))
    ) as "isIndexed"
  from pg_constraint k join pg_class c on c.oid = k.conrelid
  where k.contype = 'f' and c.relnamespace = 'public'::regnamespace`;

/** Lists the faults of the foreign keys, a sentence for each. */
export async function keyFaults(client: Client): Promise<string[]> {
  const keys = await listKeys(client);
  const keyed = new Set(keys.map(({ table, column }) => `${table}.${column}`));
  const naming = await listNaming(client);
  const used = new Set(naming.map(({ table, column }) => unkeyedNameOf(table, column)));
  return [
    ...naming.flatMap(({ table, column }) => {
      const isListed = unkeyedNameOf(table, column) !== undefined;
      const name = `${table}.${column}`;
      if (keyed.has(name)) return isListed ? [`${name} has a key, and is listed as one without`] : [];
      return isListed ? [] : [`${name} has no key, and no reason for that is listed`];
    }),
    ...Object.keys(unkeyed).flatMap((name) => (used.has(name) ? [] : [`${name} is listed, and isn't there`])),
    ...keys.flatMap(({ name, definition, isBound, mayGo, isIndexed }) => [
      ...(isBound ? [] : [`${name} may name another organisation's row`]),
      ...(/ON (DELETE|UPDATE)|DEFERRABLE|NOT VALID/.test(definition) ? [`${name} is more than a key`] : []),
      ...(isIndexed || !mayGo ? [] : [`${name} has no index to find what names a row that goes`]),
    ]),
  ];
}

/**
 * Counts the rows that refer to a missing row through a column without a foreign key. Returns `table.column: number` for
 * each column with such rows.
 */
export async function findOrphans(client: Client): Promise<string[]> {
  const found: string[] = [];
  for (const { table, column } of await listNaming(client)) {
    const target = column === "organisation_id" ? "organisations" : unkeyed[`${table}.${column}`]?.target;
    if (!target) continue;
    const [row] = await client<{ count: number }[]>`
      select count(*)::int as count from ${client(table)} t where t.${client(column)} is not null and not exists (
        select from ${client(target)} named where named.id = t.${client(column)}
          ${target === "organisations" ? client`` : client`and named.organisation_id = t.organisation_id`})`;
    if (row?.count) found.push(`${table}.${column}: ${row.count}`);
  }
  return found;
}
