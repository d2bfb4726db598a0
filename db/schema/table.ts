import { type BuildExtraConfigColumns, getTableColumns, is, sql } from "drizzle-orm";
import {
  type CheckBuilder,
  check,
  PgArray,
  type PgColumn,
  type PgColumnBuilderBase,
  pgPolicy,
  type PgTableExtraConfigValue,
  pgTable,
} from "drizzle-orm/pg-core";
import { organisationId } from "./columns.ts";

type Columns = Record<string, PgColumnBuilderBase>;
type Constraints<Name extends string, C extends Columns> = (
  t: BuildExtraConfigColumns<Name, C, "pg">,
) => PgTableExtraConfigValue[];

/**
 * An organisation's table: its first column is `organisation_id`, and row-level security shows and takes rows of the
 * organisation set in the transaction, none while none is set.
 */
export function organisationTable<Name extends string, C extends Columns>(
  name: Name,
  columns: C,
  constraints: Constraints<Name, { organisationId: ReturnType<typeof organisationId> } & C>,
) {
  return boundTable(name, "organisation_id", { organisationId: organisationId(), ...columns }, constraints);
}

/** A table bound to the organisation by another column than `organisation_id`. */
export function boundTable<Name extends string, C extends Columns>(
  name: Name,
  column: string,
  columns: C,
  constraints: Constraints<Name, C> = () => [],
) {
  const isOwn = sql`${sql.identifier(column)} = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)`;
  const policy = pgPolicy("organisation", { using: isOwn, withCheck: isOwn });
  return checkedTable(name, columns, (t) => [...constraints(t), policy]);
}

/**
 * A table without row-level security, whose rows find the organisation: hashes, ids, names people sign in with, times
 * and leases, and sealed bodies.
 */
export function routingTable<Name extends string, C extends Columns>(
  name: Name,
  columns: C,
  constraints: Constraints<Name, C> = () => [],
) {
  return checkedTable(name, columns, constraints);
}

function checkedTable<Name extends string, C extends Columns>(
  name: Name,
  columns: C,
  constraints: Constraints<Name, C>,
) {
  const table = pgTable(name, columns, (t): PgTableExtraConfigValue[] => [
    ...constraints(t),
    ...checksOf(name, getTableColumns(table)),
  ]);
  return table;
}

/** One CHECK for each column of a closed list, made from the list that types it: `<table>_<column>_known`. */
function checksOf(name: string, columns: Record<string, PgColumn>): CheckBuilder[] {
  return Object.values(columns).flatMap((column) => {
    const isArray = is(column, PgArray);
    const values = (isArray ? column.baseColumn : column).enumValues;
    if (!values) return [];
    const list = sql.raw(values.map((value) => `'${value.replaceAll("'", "''")}'`).join(", "));
    const isKnown = isArray ? sql`${column} <@ ARRAY[${list}]` : sql`${column} IN (${list})`;
    return [check(`${name}_${column.name}_known`, isKnown)];
  });
}
