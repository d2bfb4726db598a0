import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from "#test/database.ts";
import { checkDatabaseRole } from "./check-role.ts";
import { migrateDatabase } from "./migrate.ts";
import { migrationLock } from "./migration-lock.ts";

let database: TestDatabase;
let administrator: postgres.Sql;
const nameOf = (url: string) => new URL(url).pathname.slice(1);
const problemsAt = async (url: string) => (await checkDatabaseRole(url)).problems;

beforeAll(async () => {
  database = await createTestDatabase();
  administrator = postgres(database.superUrl, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await administrator.end();
  await database.drop();
});

const harmful = [
  ["search_path", "nowhere"],
  ["search_path", "''"],
  ["search_path", "pg_catalog, public"],
  ["default_transaction_read_only", "on"],
  ["default_transaction_isolation", "'serializable'"],
  ["default_transaction_isolation", "'repeatable read'"],
  ["standard_conforming_strings", "off"],
  ["array_nulls", "off"],
  ["transform_null_equals", "on"],
  ["DateStyle", "'SQL, DMY'"],
  ["DateStyle", "'German'"],
  ["bytea_output", "'escape'"],
  ["extra_float_digits", "-15"],
  ["row_security", "off"],
  ["session_replication_role", "replica"],
  ["idle_in_transaction_session_timeout", "'10ms'"],
  ["idle_session_timeout", "'10min'"],
  ["lock_timeout", "'1s'"],
  ["synchronous_commit", "off"],
  ["temp_file_limit", "0"],
] as const;

describe("a setting of the role, the database or the address", () => {
  it.each(harmful)("%s = %s is refused, and the remedy helps", async (name, value) => {
    const here = nameOf(database.superUrl);
    await administrator.unsafe(`alter role pocketsoc_app in database ${here} set ${name} = ${value}`);
    try {
      const found = await problemsAt(database.appUrl);
      expect(found).toEqual([
        expect.stringMatching(
          new RegExp(
            `^DATABASE_URL signs in as pocketsoc_app with ${name} .*, so .*\\. As an administrator: ALTER ROLE `,
          ),
        ),
      ]);
      await administrator.unsafe(found[0]?.split("As an administrator: ")[1] ?? "");
      expect(await problemsAt(database.appUrl)).toEqual([]);
    } finally {
      await administrator.unsafe(`alter role pocketsoc_app in database ${here} reset all`);
    }
  });

  it.each([
    ["search_path", "public, pg_temp"],
    ["DateStyle", "'ISO, DMY'"],
    ["TimeZone", "'Asia/Kolkata'"],
    ["IntervalStyle", "'sql_standard'"],
    ["client_encoding", "'LATIN1'"],
    ["statement_timeout", "'1s'"],
    ["idle_in_transaction_session_timeout", "'1min'"],
    ["lock_timeout", "'1min'"],
    ["synchronous_commit", "local"],
    ["client_min_messages", "debug5"],
  ])("%s = %s harms nothing", async (name, value) => {
    const here = nameOf(database.superUrl);
    await administrator.unsafe(`alter database ${here} set ${name} = ${value}`);
    try {
      expect(await problemsAt(database.appUrl)).toEqual([]);
    } finally {
      await administrator.unsafe(`alter database ${here} reset all`);
    }
  });

  it("that the address sets is to be removed there", async () => {
    for (const [name, value] of [
      ["search_path", "nowhere"],
      ["DateStyle", "German"],
    ] as const) {
      const options = encodeURIComponent(`-c ${name}=${value}`);
      expect(await problemsAt(`${database.appUrl}?options=${options}`)).toEqual([
        expect.stringMatching(new RegExp(`with ${name} .*Remove it from the options of the address\\.$`)),
      ]);
    }
  });
});

describe("a database", () => {
  it.each(["SQL_ASCII", "LATIN1"])("with the encoding %s is refused by both commands", async (encoding) => {
    const name = `${nameOf(database.superUrl)}_${encoding.toLowerCase()}`;
    const at = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
    await administrator.unsafe(
      `create database ${name} owner pocketsoc_owner encoding '${encoding}' locale 'C' template template0`,
    );
    try {
      const sentence = new RegExp(
        `The database ${name} has the encoding ${encoding}.*TEMPLATE template0 ENCODING 'UTF8'`,
      );
      await expect(migrateDatabase(at(database.ownerUrl))).rejects.toThrow(sentence);
      expect(await problemsAt(at(database.appUrl))).toEqual([expect.stringMatching(sentence)]);
    } finally {
      await administrator.unsafe(`drop database ${name} with (force)`);
    }
  });

  it("without the schema public is refused", async () => {
    const empty = await createEmptyDatabase();
    const client = postgres(empty.superUrl, { max: 1, onnotice: () => {} });
    try {
      await client`drop schema public`;
      await expect(migrateDatabase(empty.ownerUrl)).rejects.toThrow(
        /has no schema public\. .* CREATE SCHEMA/,
      );
      expect(await problemsAt(empty.appUrl)).toEqual([expect.stringMatching(/has no schema public/)]);
    } finally {
      await client.end();
      await empty.drop();
    }
  });
});

describe("db:migrate", () => {
  it.each([
    ["search_path", "nowhere"],
    ["default_transaction_read_only", "on"],
    ["standard_conforming_strings", "off"],
    ["idle_in_transaction_session_timeout", "'1ms'"],
  ])("refuses an owner with %s = %s before it changes anything", async (name, value) => {
    const empty = await createEmptyDatabase();
    const client = postgres(empty.superUrl, { max: 1, onnotice: () => {} });
    try {
      await client.unsafe(
        `alter role pocketsoc_owner in database ${nameOf(empty.superUrl)} set ${name} = ${value}`,
      );
      await expect(migrateDatabase(empty.ownerUrl)).rejects.toThrow(
        new RegExp(
          `^DATABASE_OWNER_URL signs in as pocketsoc_owner with ${name} .*ALTER ROLE pocketsoc_owner IN DATABASE`,
        ),
      );
      expect(await client`select from pg_extension where extname = 'pg_trgm'`).toHaveLength(0);
    } finally {
      await client.end();
      await empty.drop();
    }
  });

  it("isn't stopped by a limit on the owner's statements", async () => {
    const empty = await createEmptyDatabase();
    const client = postgres(empty.superUrl, { max: 1, onnotice: () => {} });
    try {
      const here = nameOf(empty.superUrl);
      await client.unsafe(`alter role pocketsoc_owner in database ${here} set statement_timeout = '200ms'`);
      await client`select pg_advisory_lock(${migrationLock})`;
      const migrating = migrateDatabase(empty.ownerUrl).then(({ applied }) => applied, String);
      // longer than the limit
      await client`select pg_sleep(0.6)`;
      await client`select pg_advisory_unlock(${migrationLock})`;
      expect(await migrating).toBeGreaterThan(0);
    } finally {
      await client.end();
      await empty.drop();
    }
  });

  it("finds extensions in another schema, or says how it could", async () => {
    const empty = await createEmptyDatabase();
    const client = postgres(empty.superUrl, { max: 1, onnotice: () => {} });
    try {
      await client.unsafe(`create schema extensions; create schema "pocketsoc_owner";
        create extension pg_trgm schema extensions; create extension btree_gin schema extensions;
        alter role pocketsoc_owner in database ${nameOf(empty.superUrl)} set search_path = public`);
      const failure = await migrateDatabase(empty.ownerUrl).then(String, String);
      expect(failure).toMatch(
        /doesn't find btree_gin and pg_trgm, because the schema extensions isn't in its search_path/,
      );
      await client.unsafe(/: (GRANT .*)$/.exec(failure)?.[1] ?? "");
      expect((await migrateDatabase(empty.ownerUrl)).applied).toBeGreaterThan(0);
      expect(await problemsAt(empty.appUrl)).toEqual([]);
    } finally {
      await client.end();
      await empty.drop();
    }
  });
});
