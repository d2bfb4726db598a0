import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import { checkDatabaseRole } from "./check-role.ts";
import { migrateDatabase } from "./migrate.ts";

let database: TestDatabase;
let owner: postgres.Sql;
const problems = async () => (await checkDatabaseRole(database.appUrl)).problems;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

it.each([
  ["revoke select on detections from pocketsoc_app", "detections"],
  ["revoke insert on inbox, outbox from pocketsoc_app", "inbox, outbox"],
  ["revoke all on pgboss.job from pocketsoc_app", "pgboss.job"],
  ["revoke usage on schema pgboss from pocketsoc_app", "pgboss"],
  ["revoke execute on function take_changes from pocketsoc_app", "take_changes"],
  ["revoke usage on sequence read_tickets from pocketsoc_app", "read_tickets"],
  [
    "revoke all on all tables in schema public from pocketsoc_app",
    "abandoned_runs, access_requests, account_access, accounts, alarms and \\d+ more",
  ],
])(
  "after %s the start check names what the role lacks, and db:migrate gives it back",
  async (statement, named) => {
    await owner.unsafe(statement);
    expect(await problems()).toEqual([
      expect.stringMatching(
        new RegExp(`role without all rights: it lacks some on ${named}\\. Run: npm run db:migrate`),
      ),
    ]);
    await migrateDatabase(database.ownerUrl);
    expect(await problems()).toEqual([]);
  },
);

it("a role that may not read which migrations there are is told to run db:migrate", async () => {
  await owner`revoke select on drizzle.oldest_versions from pocketsoc_app`;
  expect(await problems()).toEqual([
    expect.stringMatching(/a role without rights\. Run: npm run db:migrate/),
  ]);
  await migrateDatabase(database.ownerUrl);
  expect(await problems()).toEqual([]);
});

it("row-level security that is off is refused, and the remedy helps", async () => {
  await owner`alter table detections disable row level security`;
  await owner`alter table devices disable row level security`;
  const found = await problems();
  expect(found).toEqual([expect.stringMatching(/^Row-level security is off for detections, devices, so/)]);
  await owner.unsafe(found[0]?.split("As the owner: ")[1] ?? "");
  expect(await problems()).toEqual([]);
});
