import { readFileSync } from "node:fs";
import { check, index, text, uuid } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import { generateDrizzleJson } from "drizzle-kit/api";
import { describe, expect, it } from "vitest";
import { organisationTable } from "#db/schema/table.ts";
import { schemaDrift } from "./schema-drift.ts";

const columns = () => ({ id: uuid("id").notNull(), state: text("state", { enum: ["on", "off"] }).notNull() });
const things = organisationTable("things", columns(), (t) => [index("things_id").on(t.organisationId, t.id)]);
const snapshot = JSON.parse(JSON.stringify(generateDrizzleJson({ things }))) as object;

describe("the schema and the last migration", () => {
  it("are the same until one of them changes", () => {
    expect(schemaDrift({ things }, snapshot)).toEqual([]);
    expect(schemaDrift({}, snapshot)).toEqual(["public.things"]);
  });

  it.each([
    [
      "another column",
      organisationTable("things", { ...columns(), more: text("more") }, (t) => [
        index("things_id").on(t.organisationId, t.id),
      ]),
    ],
    [
      "a longer list",
      organisationTable(
        "things",
        { ...columns(), state: text("state", { enum: ["on", "off", "broken"] }).notNull() },
        (t) => [index("things_id").on(t.organisationId, t.id)],
      ),
    ],
    [
      "another index",
      organisationTable("things", columns(), (t) => [index("things_id").on(t.organisationId)]),
    ],
    [
      "another check",
      organisationTable("things", columns(), (t) => [
        index("things_id").on(t.organisationId, t.id),
        check("things_check", sql`${t.id} is not null`),
      ]),
    ],
  ])("differ by %s", (_name, changed) => {
    expect(schemaDrift({ things: changed }, snapshot)).toEqual(["public.things"]);
  });
});

it("the baseline names no role, grants nothing and creates no extension", () => {
  const text = readFileSync("db/migrations/0000_baseline.sql", "utf8");
  expect(text).toContain("CREATE TABLE");
  expect(text).not.toMatch(/^\s*(GRANT|REVOKE|CREATE (EXTENSION|ROLE)|ALTER [A-Z ]+ OWNER)/im);
  expect([...text.matchAll(/CREATE POLICY .* TO (\S+)/g)].map(([, role]) => role)).toEqual(
    expect.arrayContaining(["public"]),
  );
  expect(text).not.toMatch(/CREATE POLICY .* TO (?!public )/);
});
