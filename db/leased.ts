import { getTableColumns, getTableName, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { newId } from "#lib/platform/ids.ts";
import type { Database, Transaction } from "./client.ts";

/** The required columns of a leased table. If the table also has a column `attempts`, each lease increments it. */
type LeasedColumns = Record<"organisationId" | "dueAt" | "leasedUntil" | "leaseToken", PgColumn>;
/** The columns whose values a lease can contain. The values are not converted, so they must be strings or numbers. */
type ColumnOf<Table extends PgTable> = {
  [Name in keyof Table["$inferSelect"]]: Table["$inferSelect"][Name] extends string | number ? Name : never;
}[keyof Table["$inferSelect"]] &
  string;

/** The right to work on a row for a while. A worker loses the lease when another worker leases the row. */
export type Lease = {
  organisationId: string;
  leaseToken: string;
  /** when the row was due, as PostgreSQL's text; a Date would lose microseconds */
  dueAt: string;
};
/** The type of the leases of a leased table. */
export type LeaseOf<Leased> = Leased extends LeasedTable<infer L> ? L : never;

/** An SQL expression for the time that is `ms` milliseconds from now by the database's clock. */
export const fromNow = (ms: number): SQL => sql`now() + ${`${Math.round(ms)} milliseconds`}::interval`;

/**
 * Returns the lease operations for a table whose rows are a queue. A lease contains the row's `key`, a uuid, and the columns
 * in `more`.
 */
export function leasedTable<
  Table extends PgTable & LeasedColumns,
  Key extends ColumnOf<Table>,
  More extends ColumnOf<Table> = never,
>(
  table: Table,
  key: Key,
  more: readonly More[] = [],
): LeasedTable<Lease & Pick<Table["$inferSelect"], Key | More>> {
  return new LeasedTable(table, key, ["organisationId", key, ...more]);
}

/** The operations on a leased table. Leases end by the database's clock. An operation with a lost lease does nothing. */
export class LeasedTable<L extends Lease> {
  readonly name: string;
  private readonly table: PgTable & LeasedColumns;
  private readonly key: string;
  private readonly keyColumn: PgColumn;
  private readonly columns: readonly (readonly [name: string, column: PgColumn])[];
  private readonly countAttempt: SQL;

  constructor(table: PgTable & LeasedColumns, key: string, carried: readonly string[]) {
    const columns: Record<string, PgColumn> = getTableColumns(table);
    const columnOf = (name: string): PgColumn => {
      const column = columns[name];
      if (!column) throw new Error(`${getTableName(table)} has no column ${name}`);
      return column;
    };
    this.name = getTableName(table);
    this.table = table;
    this.key = key;
    this.keyColumn = columnOf(key);
    this.columns = carried.map((name) => [name, columnOf(name)] as const);
    this.countAttempt = columns.attempts ? sql`, attempts = t.attempts + 1` : sql``;
  }

  /**
   * Leases up to `limit` due rows for `leaseMs`, the oldest first. A row whose lease has ended is due again. At most `share`
   * rows of one organisation are leased at a time, so that a slow organisation doesn't delay the others. Two workers that
   * lease at the same moment may slightly exceed `share`. With `only`, leases only rows that match this condition.
   */
  async lease(
    db: Database,
    options: { limit: number; leaseMs: number; share: number; only?: SQL },
  ): Promise<L[]> {
    const leaseToken = newId();
    const carried = this.columns.map(
      ([name, column]) => sql`${sql.identifier(column.name)} as ${sql.identifier(name)}`,
    );
    const rows = await db.execute(sql`
      with due as (${this.dueRows(options.limit, options.share, options.only ?? sql`true`)}),
      leased as (
        update ${this.table} t
        set leased_until = ${fromNow(options.leaseMs)}, lease_token = ${leaseToken}::uuid ${this.countAttempt}
        from due where t.${sql.identifier(this.keyColumn.name)} = due.key
        returning t.*
      )
      select ${sql.join(carried, sql`, `)}, due_at::text as "dueAt" from leased order by due_at`);
    return rows.map((row) => ({ ...row, leaseToken }) as unknown as L);
  }

  /** Selects and locks the keys of due rows. Skips rows that another worker is leasing right now. */
  private dueRows(limit: number, share: number, only: SQL): SQL {
    const { table, keyColumn } = this;
    const { organisationId, dueAt, leasedUntil } = table;
    // a total order, the same for all workers, even for rows with the same due time
    const order = sql`${dueAt}, ${keyColumn}`;
    const isDue = sql`(${only}) and ${dueAt} <= now() and (${leasedUntil} is null or ${leasedUntil} < now())`;
    return sql`
      select ${keyColumn} as key from ${table}
      where ${isDue} and ${keyColumn} in (
        select waiting.key from (
          select ${keyColumn} as key, ${organisationId} as organisation,
            row_number() over (partition by ${organisationId} order by ${order}) as place
          from ${table} where ${isDue}
        ) waiting left join (
          select ${organisationId} as organisation, count(*) as running from ${table}
          where (${only}) and ${leasedUntil} >= now() group by 1
        ) busy on busy.organisation = waiting.organisation
        where waiting.place + coalesce(busy.running, 0) <= ${share}
      )
      order by ${order} limit ${limit} for update skip locked`;
  }

  /** Extends a lease to `leaseMs` from now. Returns false if the lease is lost. */
  async renew(db: Database, lease: L, leaseMs: number): Promise<boolean> {
    const rows = await db.execute(
      sql`update ${this.table} set leased_until = ${fromNow(leaseMs)} where ${this.isOwnRow(lease)} returning 1`,
    );
    return rows.length === 1;
  }

  /** Locks a leased row until the transaction ends, so that no other worker can lease it. Returns false if the lease is lost. */
  async lock(tx: Transaction, lease: L): Promise<boolean> {
    const rows = await tx.execute(sql`select 1 from ${this.table} where ${this.isOwnRow(lease)} for update`);
    return rows.length === 1;
  }

  /**
   * Ends a lease and makes its row due at `dueAt`. Returns false if the lease is lost. `more` contains further SQL
   * assignments, each preceded by a comma.
   */
  async release(db: Database | Transaction, lease: L, dueAt: SQL, more: SQL = sql``): Promise<boolean> {
    const rows = await db.execute(sql`
      update ${this.table} set leased_until = null, lease_token = null, due_at = ${dueAt} ${more}
      where ${this.isOwnRow(lease)} returning 1`);
    return rows.length === 1;
  }

  /**
   * Removes a leased row from the queue. Returns false if the lease is lost; the caller must then write nothing for the
   * row.
   */
  async remove(tx: Transaction, lease: L): Promise<boolean> {
    return (await this.removeAll(tx, [lease])).length === 1;
  }

  /**
   * Removes leased rows from the queue. Returns the leases that weren't lost; the caller must write nothing for the other
   * rows.
   */
  async removeAll(tx: Transaction, leases: readonly L[]): Promise<L[]> {
    const removed = new Set<string>();
    const groups = Map.groupBy(leases, (lease) => `${lease.organisationId} ${lease.leaseToken}`);
    for (const group of groups.values()) {
      const [{ organisationId, leaseToken } = { organisationId: "", leaseToken: "" }] = group;
      const keys = group.map((lease) => this.keyOf(lease));
      const rows = await tx.execute<{ key: string }>(sql`
        delete from ${this.table}
        where ${this.keyColumn} = any (${`{${keys.join()}}`}::uuid[])
          and organisation_id = ${organisationId}::uuid and lease_token = ${leaseToken}::uuid
        returning ${this.keyColumn} as key`);
      for (const { key } of rows) removed.add(`${leaseToken} ${key}`);
    }
    return leases.filter((lease) => removed.has(`${lease.leaseToken} ${this.keyOf(lease)}`));
  }

  /** Returns the key of the leased row. */
  keyOf(lease: L): string {
    return lease[this.key as keyof L] as string;
  }

  private isOwnRow(lease: L): SQL {
    return sql`${this.keyColumn} = ${this.keyOf(lease)}::uuid
      and organisation_id = ${lease.organisationId}::uuid and lease_token = ${lease.leaseToken}::uuid`;
  }
}
