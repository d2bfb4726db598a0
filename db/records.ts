import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { cleanJson } from "#lib/domain/json.ts";
import { executePrepared, type Transaction } from "./client.ts";

/**
 * Rows as one parameter, `json_to_recordset(…) as r(…)`: the text of a statement stays the same however many
 * there are. Columns are those that any row names; a row that lacks one has null there.
 */
function recordsOf<T extends PgTable>(table: T, rows: readonly Partial<T["$inferInsert"]>[]) {
  const named = new Set(rows.flatMap((row) => Object.keys(row)));
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => named.has(key));
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

/** bytea reads its own notation out of a text. */
function asJson(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return `\\x${value.toString("hex")}`;
  return value instanceof Date ? value.toISOString() : value;
}

const halfOrNul = /\\u(?:0000|d[89a-f])/;

/** As text that PostgreSQL takes: it refuses half a surrogate pair and NUL, and the whole statement with them. */
function acceptedJson(records: Record<string, unknown>[]): string {
  const json = JSON.stringify(records);
  return halfOrNul.test(json) ? JSON.stringify(cleanJson(records)) : json;
}

/** Inserts rows of one kind, however many, with one prepared statement that ends in `more`; gives what it returns. */
export async function insertRecords<T extends PgTable, Returned = unknown>(
  tx: Transaction,
  table: T,
  rows: readonly Partial<T["$inferInsert"]>[],
  more: SQL = sql``,
): Promise<Returned[]> {
  if (rows.length === 0) return [];
  const { names, records } = recordsOf(table, rows);
  const list = sql.join(names, sql`, `);
  return executePrepared(tx, sql`insert into ${table} (${list}) select ${list} from ${records} ${more}`);
}

/**
 * Updates rows of an organisation, however many, with one prepared statement. `id` is the column that tells which;
 * all rows name the same columns. `more` are further assignments: the row is `t`, what is written `r`.
 */
export async function updateRecords<T extends PgTable>(
  tx: Transaction,
  table: T,
  organisationId: string,
  id: PgColumn,
  rows: readonly Partial<T["$inferInsert"]>[],
  more: SQL = sql``,
): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const keys = Object.keys(first).sort().join();
  if (rows.some((row) => Object.keys(row).sort().join() !== keys))
    throw new Error("rows of one update name the same columns");
  const { names, records } = recordsOf(table, rows);
  const assignments = names.filter((name) => name.value !== id.name).map((name) => sql`${name} = r.${name}`);
  const key = sql.identifier(id.name);
  await executePrepared(
    tx,
    sql`update ${table} t set ${sql.join(assignments, sql`, `)} ${more}
      from ${records} where t.organisation_id = ${organisationId} and t.${key} = r.${key}`,
  );
}
