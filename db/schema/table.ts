import { type BuildExtraConfigColumns, getTableColumns, getTableName, is, sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  type CheckBuilder,
  check,
  type ForeignKeyBuilder,
  foreignKey,
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
 * Defines a table whose rows belong to organisations. Its first column is `organisation_id`. Row-level security allows only
 * the rows of the transaction's organisation. It allows no rows if no organisation is set.
 */
export function organisationTable<Name extends string, C extends Columns>(
  name: Name,
  columns: C,
  constraints: Constraints<Name, { organisationId: ReturnType<typeof organisationId> } & C>,
) {
  return boundTable(name, "organisation_id", { organisationId: organisationId(), ...columns }, constraints);
}

/** Defines a table like `organisationTable`, but row-level security compares the given column instead of `organisation_id`. */
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
 * Defines a table without row-level security, for reads before the organisation is known. The table may contain only hashes,
 * ids, sign-in names, times, leases and sealed bodies.
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

/** Creates a CHECK `<table>_<column>_known` for each column whose values are a closed list. */
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

/** A table whose key consists of the organisation and an id. */
type Keyed = { organisationId: AnyPgColumn; id: AnyPgColumn };

/**
 * Defines the foreign key `<table>_<column>_fk` from `column` to a row of the same organisation. The row can't be deleted
 * while other rows refer to it.
 */
export function names(
  t: { organisationId: AnyPgColumn },
  column: AnyPgColumn,
  target: Keyed,
): ForeignKeyBuilder {
  return foreignKey({
    name: `${getTableName(column.table)}_${column.name}_fk`,
    columns: [t.organisationId, column],
    foreignColumns: [target.organisationId, target.id],
  });
}

/**
 * Defines the foreign key from `column` to a person or to a key of the installation. Such rows belong to no organisation.
 */
export function namesGlobal(column: AnyPgColumn, target: { id: AnyPgColumn }): ForeignKeyBuilder {
  return foreignKey({
    name: `${getTableName(column.table)}_${column.name}_fk`,
    columns: [column],
    foreignColumns: [target.id],
  });
}
