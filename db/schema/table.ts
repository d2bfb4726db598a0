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
 * Defines a table of an organisation. Its first column is `organisation_id`. Row-level security allows only rows of the
 * organisation that is set in the transaction, and no rows if none is set.
 */
export function organisationTable<Name extends string, C extends Columns>(
  name: Name,
  columns: C,
  constraints: Constraints<Name, { organisationId: ReturnType<typeof organisationId> } & C>,
) {
  return boundTable(name, "organisation_id", { organisationId: organisationId(), ...columns }, constraints);
}

/** Defines a table whose row-level security compares another column than `organisation_id`. */
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
 * Defines a table without row-level security, whose rows are used to find the organisation. It may contain hashes, ids,
 * sign-in names, times, leases and sealed bodies only.
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

/** Creates a CHECK `<table>_<column>_known` for each column with a closed list of values. */
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

/** A table that is keyed by organisation and id. */
type Keyed = { organisationId: AnyPgColumn; id: AnyPgColumn };

/**
 * The foreign key of `column` to a row of the same organisation, `<table>_<column>_fk`. It deletes nothing by itself: what
 * names a row goes before it. Both tables are keyed by organisation, so no row names another organisation's.
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

/** The foreign key of `column` to a row that belongs to no organisation: a person, or a key of the installation. */
export function namesGlobal(column: AnyPgColumn, target: { id: AnyPgColumn }): ForeignKeyBuilder {
  return foreignKey({
    name: `${getTableName(column.table)}_${column.name}_fk`,
    columns: [column],
    foreignColumns: [target.id],
  });
}
