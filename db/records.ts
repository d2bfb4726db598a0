import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { cleanJson } from "#lib/domain/json.ts";
import { executePrepared, type Transaction } from "./client.ts";

/**
 * Passes rows to a statement as one parameter, `json_to_recordset(…) as r(…)`, so that the statement's text doesn't depend
 * on the number of rows. A row without a value for a column gets null.
 */
function recordsOf<T extends PgTable>(table: T, rows: readonly Partial<T["$inferInsert"]>[]) {
  const present = new Set(rows.flatMap((row) => Object.keys(row)));
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => present.has(key));
  const json = acceptedJson(
    rows.map((row) =>
      Object.fromEntries(columns.map(([key, column]) => [column.name, asJson(row[key as keyof typeof row])])),
    ),
  );
  const typed = columns.map(
    ([, column]) => sql`${sql.identifier(column.name)} ${sql.raw(column.getSQLType())}`,
  );
  return {
    names: columns.map(([, column]) => sql.identifier(column.name)),
    records: sql`json_to_recordset(${json}::json) as r(${sql.join(typed, sql`, `)})`,
  };
}

/** Converts a column's value to JSON. A Buffer becomes PostgreSQL's hex notation for bytea. */
function asJson(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return `\\x${value.toString("hex")}`;
  return value instanceof Date ? value.toISOString() : value;
}

const halfOrNul = /\\u(?:0000|d[89a-f])/;

/** Serialises records as JSON. Removes NUL characters and unpaired surrogates, because PostgreSQL rejects them. */
function acceptedJson(records: Record<string, unknown>[]): string {
  const json = JSON.stringify(records);
  return halfOrNul.test(json) ? JSON.stringify(cleanJson(records)) : json;
}

/**
 * Inserts any number of rows with one prepared statement. `suffix` is the end of the statement, such as `returning id`.
 * Returns the rows that the statement returns.
 */
export async function insertRecords<T extends PgTable, Returned = unknown>(
  tx: Transaction,
  table: T,
  rows: readonly Partial<T["$inferInsert"]>[],
  suffix: SQL = sql``,
): Promise<Returned[]> {
  if (rows.length === 0) return [];
  const { names, records } = recordsOf(table, rows);
  const list = sql.join(names, sql`, `);
  return executePrepared(tx, sql`insert into ${table} (${list}) select ${list} from ${records} ${suffix}`);
}

/**
 * Updates any number of an organisation's rows with one prepared statement. `id` is the column that identifies a row. All
 * rows must have the same columns. `extra` contains further SQL assignments, each preceded by a comma; they can use `t` for
 * the stored row and `r` for the new values.
 */
export async function updateRecords<T extends PgTable>(
  tx: Transaction,
  table: T,
  organisationId: string,
  id: PgColumn,
  rows: readonly Partial<T["$inferInsert"]>[],
  extra: SQL = sql``,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const keys = Object.keys(first).sort().join();
  if (rows.some((row) => Object.keys(row).sort().join() !== keys))
    throw new Error("all rows of one update must have the same columns");
  const { names, records } = recordsOf(table, rows);
  const assignments = names.filter((name) => name.value !== id.name).map((name) => sql`${name} = r.${name}`);
  const key = sql.identifier(id.name);
  await executePrepared(
    tx,
    sql`update ${table} t set ${sql.join(assignments, sql`, `)} ${extra}
      from ${records} where t.organisation_id = ${organisationId} and t.${key} = r.${key}`,
  );
}
