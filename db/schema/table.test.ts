import { is } from "drizzle-orm";
import { getTableConfig, PgArray, PgDialect, PgTable } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import { routingTables } from "#test/routing-tables.ts";
import * as schema from "./index.ts";

const tables = Object.values(schema).flatMap((one) => (is(one, PgTable) ? [getTableConfig(one)] : []));
const dialect = new PgDialect();

describe("every table", () => {
  it.each(tables.map((table) => [table.name, table] as const))(
    "%s is bound to its organisation or finds it",
    (name, { policies }) => {
      const isRouting = routingTables.some((one) => one === name);
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

  it.each(closed)("holds $name to its list", ({ values, checks, known }) => {
    const check = checks.find((one) => one.name === known);
    const text = check ? dialect.sqlToQuery(check.value).sql : "";
    expect([...text.matchAll(/'([^']*)'/g)].map(([, value]) => value)).toEqual(values);
  });

  it("has columns to hold", () => expect(closed.length).toBeGreaterThan(20));
});
