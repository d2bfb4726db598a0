import { readFileSync } from "node:fs";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PgBoss } from "pg-boss";
import { openJobs, openServices } from "#lib/core/open.ts";
import { bossOptions } from "#lib/jobs/queue.ts";
import { noVendors } from "#lib/vendors/offer.ts";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import { checkDatabaseRole } from "./check-role.ts";
import { connectionsOf } from "./connections.ts";

let database: TestDatabase;
let superuser: postgres.Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  superuser = postgres(database.superUrl, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await superuser.end();
  await database.drop();
});

const open = (name: string) =>
  openServices(
    {
      databaseUrl: database.appUrl,
      portalUrl: "http://localhost:3000",
      encryptionKeys: [],
      vendors: noVendors,
      undoSeconds: 8,
    },
    name,
  );
const countOpen = async () =>
  (
    await superuser<{ count: number }[]>`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and usename = 'pocketsoc_app'`
  )[0]?.count;

it("each program opens as many connections as we tell operators, and no more under load", async () => {
  const { services, handle } = open("pocketsoc-web");
  services.hints.subscribe("changes", () => {});
  const load = () => Array.from({ length: 60 }, () => services.db.execute("select pg_sleep(0.2)"));
  const running = load();
  handle.hints.publish("changes", "x");
  await Promise.all(load());
  expect(await countOpen()).toBe(connectionsOf.web);

  const jobs = openJobs({ databaseUrl: database.appUrl });
  const boss = new PgBoss({ db: jobs, ...bossOptions });
  await boss.start();
  await Promise.all([
    ...load(),
    ...Array.from({ length: 10 }, () => jobs.executeSql("select pg_sleep(0.2)")),
  ]);
  expect(await countOpen()).toBe(connectionsOf.worker);
  await Promise.all(running);
  await boss.stop({ graceful: false });
  await jobs.close();
  await handle.close();
});

it("the documents name these numbers", () => {
  expect(readFileSync("README.md", "utf8")).toContain(
    `A web needs up to ${connectionsOf.web} connections and a worker ${connectionsOf.worker}.`,
  );
  const page = readFileSync("docs/postgresql.md", "utf8");
  for (const [program, count] of Object.entries(connectionsOf))
    expect(page).toMatch(new RegExp(`\\| \`?${program}\`? +\\| +${count} +\\|`));
});

it("a lower limit of the role or the database fails the start check, which says how to raise it", async () => {
  const [{ name } = { name: "" }] = await superuser<{ name: string }[]>`select current_database() as name`;
  await superuser.unsafe(`alter database ${name} connection limit 20`);
  expect((await checkDatabaseRole(database.appUrl, ["web", "worker"])).problems).toEqual([
    `The database ${name} allows 20 connections, but PocketSOC's web and worker may open 24. As an administrator: ALTER DATABASE ${name} CONNECTION LIMIT 24`,
  ]);
  expect((await checkDatabaseRole(database.appUrl, ["web"])).problems).toEqual([]);
  await superuser.unsafe(`alter database ${name} connection limit -1`);
});

it("pg-boss's failed transaction leaves its connection usable", async () => {
  const jobs = openJobs({ databaseUrl: database.appUrl });
  try {
    await expect(jobs.executeSql("BEGIN;\nselect 1;\nselect 1 / 0;\nCOMMIT;")).rejects.toMatchObject({
      code: "22012",
    });
    expect(await jobs.executeSql("BEGIN;\nselect 1 as a;\nselect 2 as b;\nCOMMIT;")).toEqual({
      rows: [{ a: 1 }, { b: 2 }],
    });
    expect(
      await jobs.executeSql("select $1::json->>'a' as a, $2::text[] as b", [{ a: 1 }, ["x", "y"]]),
    ).toEqual({
      rows: [{ a: "1", b: ["x", "y"] }],
    });
  } finally {
    await jobs.close();
  }
});
