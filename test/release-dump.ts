import { readdirSync, readFileSync } from "node:fs";
import { getTableConfig } from "drizzle-orm/pg-core";
import { getConstructionPlans } from "pg-boss";
import type postgres from "postgres";
import { tablesInOrder } from "./release-rows.ts";

const read = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .toSorted()
    .map((name) => readFileSync(`${folder}/${name}`, "utf8"));

/**
 * Returns SQL that rebuilds a migrated database in an empty one: our migrations, pg-boss's tables, and every row. Grants
 * are left out, because each migration run makes them again.
 */
export async function dumpDatabase(owner: postgres.Sql): Promise<string> {
  const applied = await owner<{ hash: string; created_at: string }[]>`
    select hash, created_at from drizzle.__drizzle_migrations order by id`;
  const statements = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE EXTENSION IF NOT EXISTS btree_gin;",
    ...read("db/migrations"),
    ...read("db/schema"),
    getConstructionPlans(),
    "CREATE SCHEMA drizzle;\nCREATE TABLE drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint);",
    ...applied.map(
      ({ hash, created_at }) =>
        `INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('${hash}', ${created_at});`,
    ),
  ];
  for (const table of tablesInOrder()) {
    const { name, columns } = getTableConfig(table);
    // the trigger on detections writes them again
    if (name === "detection_counts") continue;
    const stored = columns.filter(({ generated }) => !generated).map((column) => `"${column.name}"`);
    const [dumped] = await owner<{ statement: string | null }[]>`
      select format('INSERT INTO %I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM jsonb_populate_recordset(null::%I, %L);',
        ${name}::text, ${stored.join(", ")}::text, ${stored.join(", ")}::text, ${name}::text, jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text)) as statement
      from ${owner(name)} t having count(*) > 0`;
    if (dumped?.statement) statements.push(dumped.statement);
  }
  return `${statements.join("\n\n")}\n`;
}
