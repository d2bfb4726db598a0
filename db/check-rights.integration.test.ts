import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

describe("a role to which row-level security doesn't apply is refused", () => {
  const problemsOf = async (url: string) => (await checkDatabaseRole(url)).problems;

  it("a superuser", async () => {
    expect(await problemsOf(database.superUrl)).toContain(
      "DATABASE_URL signs in as a superuser; use a role without SUPERUSER.",
    );
  });

  it("the owner of the tables", async () => {
    expect(await problemsOf(database.ownerUrl)).toContain(
      "DATABASE_URL signs in as the owner of PocketSOC's tables; use the restricted role.",
    );
  });

  it("a role with BYPASSRLS, whatever its rights", async () => {
    const superuser = postgres(database.superUrl, { max: 1, onnotice: () => {} });
    const role = `bypass_${randomBytes(4).toString("hex")}`;
    try {
      await superuser.unsafe(`create role ${role} login bypassrls password 'word' in role pocketsoc_app`);
      const url = new URL(database.appUrl);
      [url.username, url.password] = [role, "word"];
      expect(await problemsOf(url.href)).toEqual([
        "DATABASE_URL signs in as a role with BYPASSRLS; use one without it.",
      ]);
    } finally {
      await superuser.unsafe(`drop role if exists ${role}`);
      await superuser.end();
    }
  });
});

it("a role that may not use the schema is told the statement that lets it", async () => {
  const superuser = postgres(database.superUrl, { max: 1, onnotice: () => {} });
  try {
    await superuser`revoke usage on schema public from public, pocketsoc_app`;
    const found = await problems();
    expect(found).toEqual([
      expect.stringMatching(/a role that may not use the schema public\. As its owner: GRANT/),
    ]);
    await superuser.unsafe(found[0]?.split("As its owner: ")[1] ?? "");
    expect(await problems()).toEqual([]);
  } finally {
    await superuser`grant usage on schema public to public`;
    await superuser.end();
  }
});
