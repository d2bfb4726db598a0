import { readFileSync } from "node:fs";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from "#test/database.ts";
import { checkDatabaseRole } from "./check-role.ts";
import { openDatabase } from "./client.ts";
import { migrateDatabase } from "./migrate.ts";
import { readShipped, RefusedDatabase } from "./migration-state.ts";
import { isMigrated } from "./queries/work/health.ts";

let database: TestDatabase;
let owner: postgres.Sql;
let superuser: postgres.Sql;

const open = (made: TestDatabase) => {
  database = made;
  owner = postgres(made.ownerUrl, { max: 1, onnotice: () => {} });
  superuser = postgres(made.superUrl, { max: 1, onnotice: () => {} });
};
afterEach(async () => {
  await owner.end();
  await superuser.end();
  await database.drop();
});

const shipped = readShipped("db/migrations").length;
const migrate = () => migrateDatabase(database.ownerUrl);
const problems = async () => (await checkDatabaseRole(database.appUrl)).problems;

describe("an empty database", () => {
  beforeEach(async () => open(await createEmptyDatabase()));

  it("fails the start check until it is migrated", async () => {
    expect(await problems()).toEqual([
      "The database has no tables of PocketSOC's yet. Run: npm run db:migrate",
    ]);
    expect(await migrate()).toEqual({ applied: shipped });
    expect(await problems()).toEqual([]);
  });

  it("is migrated once, even if several processes migrate it at the same time", async () => {
    const applied = await Promise.all([migrate(), migrate(), migrate()]);
    expect(applied.filter((result) => result.applied === shipped)).toHaveLength(1);
    expect(applied.filter((result) => result.applied === 0)).toHaveLength(2);
  });

  it("needs an owner who may create schemas and tables in public; errors say how to grant that", async () => {
    const [{ name } = { name: "" }] = await superuser<{ name: string }[]>`select current_database() as name`;
    await superuser.unsafe(`alter database ${name} owner to postgres`);
    await expect(migrate()).rejects.toThrow(
      `As a superuser: GRANT CREATE ON DATABASE ${name} TO pocketsoc_owner`,
    );
    await superuser.unsafe(`grant create on database ${name} to pocketsoc_owner`);
    await expect(migrate()).rejects.toThrow(
      `As a superuser, in the database ${name}: GRANT CREATE ON SCHEMA public TO pocketsoc_owner`,
    );
    await superuser.unsafe("grant create on schema public to pocketsoc_owner");
    expect(await migrate()).toEqual({ applied: shipped });
    expect(await problems()).toEqual([]);
  });

  it("isn't migrated by a role that doesn't own what is there; the error names the owner before anything ran", async () => {
    await migrate();
    await superuser.unsafe("alter table organisations owner to postgres");
    await expect(migrate()).rejects.toThrow(
      /^The role pocketsoc_owner doesn't own the table organisations, which belongs to postgres\. Name postgres in DATABASE_OWNER_URL, or as a superuser, in the database test_\w+: REASSIGN OWNED BY postgres TO pocketsoc_owner$/,
    );
  });

  it("isn't migrated for a portal that runs as the owner, whose rights would be revoked", async () => {
    await expect(migrateDatabase(database.ownerUrl, "pocketsoc_owner")).rejects.toThrow(
      /^The role pocketsoc_owner owns the tables, so the portal needs another one\./,
    );
  });

  it("is unchanged after a failed migration, and the error has the reason", async () => {
    await owner`create table vapid_keys ()`;
    await expect(migrate()).rejects.toThrow(
      'The migrations failed, and nothing of them was kept: relation "vapid_keys" already exists (42P07).',
    );
    expect(await owner`select from pg_tables where schemaname = 'public'`).toHaveLength(1);
  });
});

describe("extensions", () => {
  beforeEach(async () => open(await createEmptyDatabase()));

  /** Makes the server refuse every CREATE EXTENSION with the error `code`, as a managed server does. */
  const refuseExtensions = (code: string) =>
    superuser.unsafe(`
      create function refuse() returns event_trigger language plpgsql as
        $$ begin raise exception 'not allow-listed' using errcode = '${code}'; end $$;
      create event trigger refuse on ddl_command_start when tag in ('CREATE EXTENSION') execute function refuse()`);

  it("aren't touched if they exist, because the server may refuse the statement even then", async () => {
    await superuser`create extension pg_trgm`;
    await superuser`create extension btree_gin`;
    await refuseExtensions("42501");
    expect(await migrate()).toEqual({ applied: shipped });
    expect(await migrate()).toEqual({ applied: 0 });
  });

  it("that are missing and that the owner may not create are left to an administrator", async () => {
    await superuser`create extension pg_trgm`;
    await refuseExtensions("42501");
    await expect(migrate()).rejects.toThrow(
      /^The role pocketsoc_owner may not create btree_gin \(not allow-listed, 42501\)\. Ask an administrator to run in the database test_\w+: CREATE EXTENSION btree_gin;$/,
    );
    expect(await owner`select from pg_namespace where nspname in ('drizzle', 'pgboss')`).toHaveLength(0);
  });

  it("that the server doesn't allow are named with the setting that allows them", async () => {
    await refuseExtensions("0A000");
    await expect(migrate()).rejects.toThrow(
      /^The server doesn't allow pg_trgm and btree_gin .* list of extensions \(docs\/postgresql\.md names its setting\) and to run .*: CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin;$/,
    );
  });
});

describe("a database of another version", () => {
  it("from before 0.2.0 is refused and left unchanged", async () => {
    open(await createEmptyDatabase());
    await owner.unsafe(readFileSync("test/first-version.sql", "utf8"));
    await expect(migrate()).rejects.toThrow(RefusedDatabase);
    const [problem, ...more] = await problems();
    expect(problem).toMatch(
      /^The database is from before PocketSOC 0\.2\.0 and .*empty database.*first poll, and old ones don't notify\.$/,
    );
    expect(more).toEqual([]);
    expect(await owner`select from drizzle.__drizzle_migrations`).toHaveLength(22);
    expect(await owner`select from pg_namespace where nspname = 'pgboss'`).toHaveLength(0);
  });

  it("from before 0.2.0 is recognised by its first migration alone", async () => {
    open(await createEmptyDatabase());
    await owner.unsafe(readFileSync("test/first-version.sql", "utf8"));
    await owner`delete from drizzle.__drizzle_migrations where id > 1`;
    await expect(migrate()).rejects.toThrow(RefusedDatabase);
  });

  const states: [string, string, RegExp, boolean][] = [
    [
      "that is newer",
      `insert into drizzle.__drizzle_migrations (hash, created_at) values ('ab', ${Date.parse("2100-01-01")})`,
      /from a newer version of PocketSOC/,
      false,
    ],
    [
      "with an early migration that this version never had",
      `insert into drizzle.__drizzle_migrations (hash, created_at) values ('ab', 1)`,
      /from a newer version of PocketSOC/,
      false,
    ],
    [
      "whose migration differs",
      "update drizzle.__drizzle_migrations set hash = 'ab'",
      /differs from this version's/,
      false,
    ],
    [
      "that lacks a migration",
      "delete from drizzle.__drizzle_migrations",
      /^The database lacks \d+ migrations? of this version\. Run: npm run db:migrate$/,
      true,
    ],
  ];

  it("that is newer runs a version that all its unknown migrations allow, and isn't changed by that version", async () => {
    open(await createTestDatabase());
    const add = (at: number, oldest: string) =>
      owner.begin(async (tx) => {
        await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${`hash-${at}`}, ${at})`;
        await tx`insert into drizzle.oldest_versions values (${at}, ${oldest})`;
      });
    await add(9e12, "0.1.9");
    const note =
      "The database is from a newer version of PocketSOC, on which this version can run: 1 of its migrations are unknown here.";
    expect(await checkDatabaseRole(database.appUrl)).toEqual({ problems: [], notes: [note] });
    await owner`drop function last_changes`;
    expect(await migrate()).toEqual({ applied: 0, note });
    expect(await owner`select from pg_proc where proname = 'last_changes'`).toHaveLength(0);
    await add(9e12 + 1, "99.0.0");
    expect(await problems()).toEqual([expect.stringContaining("may not run on")]);
    await expect(migrate()).rejects.toThrow(RefusedDatabase);
  });

  it.each([
    [-600_000, ["This machine's clock is 10 min behind the database's, so"]],
    [90_000, ["This machine's clock is 90 s ahead of the database's, so"]],
    [30_000, []],
  ])(
    "isn't started from a machine whose clock is off by more than a minute: %i ms",
    async (aheadMs, begin) => {
      open(await createTestDatabase());
      const { now } = Date;
      vi.spyOn(Date, "now").mockImplementation(() => now() + aheadMs);
      const found = await problems();
      vi.restoreAllMocks();
      expect(found).toEqual(begin.map((text) => expect.stringMatching(new RegExp(`^${text}.* by NTP`))));
    },
  );

  it("that is newer but lacks a migration of this version is refused", async () => {
    open(await createTestDatabase());
    await owner`update drizzle.__drizzle_migrations set created_at = 9e12`;
    await owner`insert into drizzle.oldest_versions values (9e12, '0.1.0')`;
    expect(await problems()).toEqual([expect.stringContaining("may not run on")]);
  });

  it("that is newer than a running web leaves it ready; an altered migration doesn't", async () => {
    open(await createTestDatabase());
    const { db, close } = openDatabase(database.appUrl, { max: 1 });
    try {
      expect(await isMigrated(db)).toBe(true);
      await owner`insert into drizzle.__drizzle_migrations (hash, created_at) values ('ab', 9e12)`;
      expect(await isMigrated(db)).toBe(true);
      await owner`update drizzle.__drizzle_migrations set hash = 'cd'`;
      expect(await isMigrated(db)).toBe(false);
    } finally {
      await close();
    }
  });

  it.each(states)("%s fails the start check", async (_name, change, sentence, isMended) => {
    open(await createTestDatabase());
    await owner.unsafe(change);
    expect(await problems()).toEqual([expect.stringMatching(sentence)]);
    // the tables exist, so migrating again fails; a refused database isn't even tried
    await expect(migrate()).rejects.toThrow(isMended ? /^The migrations failed/ : sentence);
  });
});

describe("every migration", () => {
  beforeEach(async () => open(await createTestDatabase()));

  it("grants the portal's role the listed rights and revokes all others", async () => {
    await owner`grant update, truncate on audit_events to pocketsoc_app`;
    await owner`grant update (detail) on audit_events to pocketsoc_app`;
    await owner`grant execute on function keep_detection_counts() to pocketsoc_app`;
    await owner`revoke insert on audit_events from pocketsoc_app`;
    await owner`create table extra ()`;
    await owner`grant select on extra to pocketsoc_app`;
    await migrate();
    const rights = await owner`
      select table_name as table, privilege_type as right from information_schema.column_privileges
      where grantee = 'pocketsoc_app' and table_name in ('audit_events', 'extra') group by 1, 2 order by 1, 2`;
    expect([...rights]).toEqual([
      { table: "audit_events", right: "INSERT" },
      { table: "audit_events", right: "SELECT" },
    ]);
    const [may] =
      await owner`select has_table_privilege('pocketsoc_app', 'audit_events', 'TRUNCATE') as truncate,
      has_function_privilege('pocketsoc_app', 'keep_detection_counts()', 'EXECUTE') as call,
      has_function_privilege('public', 'last_changes(uuid[])', 'EXECUTE') as anyone`;
    expect(may).toEqual({ truncate: false, call: false, anyone: false });
  });

  it("grants rights to the given role, whatever its name", async () => {
    const name = `por"tal $$ ${database.appUrl.slice(-6)}`;
    await superuser`create role ${superuser(name)}`;
    try {
      await migrateDatabase(database.ownerUrl, name);
      const [may] = await owner`select has_table_privilege(${name}, 'audit_events', 'INSERT') as insert,
        has_table_privilege(${name}, 'audit_events', 'DELETE') as delete`;
      expect(may).toEqual({ insert: true, delete: false });
    } finally {
      await superuser`drop owned by ${superuser(name)}`;
      await superuser`drop role ${superuser(name)}`;
    }
  });

  it("forces row-level security and creates a policy for the table's owner", async () => {
    await owner`alter table detections no force row level security`;
    await owner`drop policy owner on devices`;
    await owner`alter policy owner on digests to pocketsoc_app`;
    await migrate();
    const policies = await owner`
      select tablename as table, roles::text[] as roles from pg_policies
      where policyname = 'owner' and tablename in ('detections', 'devices', 'digests') order by 1`;
    expect([...policies]).toEqual(
      ["detections", "devices", "digests"].map((table) => ({ table, roles: ["pocketsoc_owner"] })),
    );
    const [forced] = await owner`select relforcerowsecurity as is from pg_class where relname = 'detections'`;
    expect(forced).toEqual({ is: true });
  });

  it("doesn't wait for readers if nothing changes", async () => {
    const app = postgres(database.appUrl, { max: 1 });
    try {
      await app.begin(async (tx) => {
        await tx`select from notifications`;
        await tx`select from devices`;
        expect(await migrate()).toEqual({ applied: 0 });
      });
    } finally {
      await app.end();
    }
  });
});

describe("the portal's role", () => {
  beforeEach(async () => open(await createTestDatabase()));

  it("can neither change nor delete audit entries", async () => {
    const app = postgres(database.appUrl, { max: 1 });
    try {
      for (const statement of [
        "update audit_events set actor = 'nobody'",
        "delete from audit_events",
        "truncate audit_events",
        "drop table audit_events",
      ])
        await expect(app.unsafe(statement)).rejects.toMatchObject({ code: "42501" });
    } finally {
      await app.end();
    }
  });
});
