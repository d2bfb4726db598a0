import { is } from "drizzle-orm";
import { getTableConfig, PgArray, PgDialect, PgTable } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import { routingTables } from "#test/routing-tables.ts";
import * as schema from "./index.ts";

const tables = Object.values(schema).flatMap((table) => (is(table, PgTable) ? [getTableConfig(table)] : []));
const dialect = new PgDialect();

describe("every table", () => {
  it.each(tables.map((table) => [table.name, table] as const))(
    "%s is bound to its organisation or finds it",
    (name, { policies }) => {
      const isRouting = routingTables.some((table) => table === name);
      expect(policies.map((policy) => policy.name)).toEqual(isRouting ? [] : ["organisation"]);
    },
  );

  const closed = tables.flatMap(({ name, columns, checks }) =>
    columns.flatMap((column) => {
      const { enumValues } = is(column, PgArray) ? column.baseColumn : column;
      return enumValues
        ? [
            {
              name: `${name}.${column.name}`,
              values: enumValues,
              checks,
              known: `${name}_${column.name}_known`,
            },
          ]
        : [];
    }),
  );

  it.each(closed)("limits $name to its list of values", ({ values, checks, known }) => {
    const check = checks.find(({ name }) => name === known);
    const text = check ? dialect.sqlToQuery(check.value).sql : "";
    expect([...text.matchAll(/'([^']*)'/g)].map(([, value]) => value)).toEqual(values);
  });

  it("has more than 20 columns with such a list", () => expect(closed.length).toBeGreaterThan(20));
});
