import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { checkDatabaseRole } from "#db/check-role.ts";
import { type DebianPostgres, startDebianPostgres, startPgBouncer } from "#test/debian-postgres.ts";

/** Returns the blocks of a section of docs/postgresql.md by their language. */
function blocksOf(title: string): Record<string, string> {
  const page = readFileSync("docs/postgresql.md", "utf8");
  const section = page.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? "";
  return Object.fromEntries(
    [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => [
      language,
      text,
    ]),
  );
}

let server: DebianPostgres;
let superuser: postgres.Sql;
beforeAll(async () => {
  server = await startDebianPostgres();
  superuser = postgres(server.superUrl, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await superuser.end();
  await server.stop();
});
beforeEach(async () => {
  // as an admin of a managed server: no superuser
  await superuser`create role admin login createdb createrole password 'admin'`;
});
afterEach(async () => {
  await superuser`drop database if exists pocketsoc with (force)`;
  for (const role of ["pocketsoc_app", "pocketsoc_owner", "admin"])
    await superuser.unsafe(`drop role if exists ${role}`);
});

const adminUrl = () => `postgres://admin:admin@localhost:${server.port}/postgres?sslmode=require`;

/** Returns the settings that the page's `export` lines make, with this server's address and authority. */
function settingsOf(commands: string, poolerPort = 0): Record<string, string> {
  const here = commands
    .replaceAll(/(db\.example\.com|NAME\.[a-z.]+\.com):5432/g, `localhost:${server.port}`)
    .replaceAll("pgbouncer.example.com:6432", `127.0.0.1:${poolerPort}`)
    .replaceAll(/\/etc\/pocketsoc\/(ca|rds)\.pem/g, server.caFile);
  return Object.fromEntries(
    [...here.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}

/** Runs `npm run db:migrate` with the page's settings. Returns its exit code and output. */
function migrate(settings: Record<string, string>): { code: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/migrate.ts"], {
    // Azure's authority is trusted by Node, the test's by this
    env: { ...process.env, NODE_EXTRA_CA_CERTS: server.caFile, ...settings },
    encoding: "utf8",
  });
  return { code: status, output: (stdout + stderr).trim() };
}

/** Runs the start check with the page's settings. It stands for `npm start`. */
const check = async (settings: Record<string, string>) =>
  (await checkDatabaseRole(settings.DATABASE_URL ?? "")).problems;

const migrated = { code: 0, output: expect.stringMatching(/^Applied \d+ migrations?\.$/) };

describe("the page about PostgreSQL, followed word for word", () => {
  it("works on a server of one's own that takes TLS only, with a private authority", async () => {
    const { sql = "", sh = "" } = blocksOf("Your own server");
    server.psql(server.superUrl, sql);
    expect(migrate(settingsOf(sh))).toEqual(migrated);
    expect(await check(settingsOf(sh))).toEqual([]);
  });

  it("works as on Azure, where the owner may not create extensions even if they are there", async () => {
    const { sql = "", sh = "" } = blocksOf("Azure Database for PostgreSQL, Flexible Server");
    server.psql(adminUrl(), sql);
    await refuseExtensions("42501");
    const settings = settingsOf(sh);
    expect(migrate(settings)).toEqual(migrated);
    const trusting = `${settings.DATABASE_URL}&sslrootcert=${server.caFile}`;
    expect(await check({ DATABASE_URL: trusting })).toEqual([]);
  });

  it("as on Azure without the server parameter is refused in one sentence that names it", async () => {
    const { sql = "", sh = "" } = blocksOf("Azure Database for PostgreSQL, Flexible Server");
    server.psql(adminUrl(), sql.replaceAll(/^CREATE EXTENSION.*$/gm, ""));
    await refuseExtensions("0A000");
    expect(migrate(settingsOf(sh))).toEqual({
      code: 1,
      output: expect.stringMatching(
        /^The server doesn't allow pg_trgm and btree_gin [^\n]*the server parameter azure\.extensions: set it to BTREE_GIN,PG_TRGM\.$/,
      ),
    });
  });

  it("works as on RDS, where the owner creates the extensions", async () => {
    const { sql = "", sh = "" } = blocksOf("Amazon RDS and Aurora");
    server.psql(adminUrl(), sql);
    expect(migrate(settingsOf(sh))).toEqual(migrated);
    expect(await check(settingsOf(sh))).toEqual([]);
  });

  /** Makes the database refuse CREATE EXTENSION to all but superusers, with the error `code`. */
  async function refuseExtensions(code: string): Promise<void> {
    const url = server.superUrl.replace("/postgres?", "/pocketsoc?");
    server.psql(
      url,
      `create function refuse() returns event_trigger language plpgsql as
         $$ begin raise exception 'extension is not allow-listed' using errcode = '${code}'; end $$;
       create event trigger refuse on ddl_command_start when tag in ('CREATE EXTENSION') execute function refuse();`,
    );
  }
});

describe("behind PgBouncer", () => {
  const passwords = { pocketsoc_app: "choose-another" };
  const own = blocksOf("Your own server");
  const page = blocksOf("Behind PgBouncer");
  const configuration = (change: (text: string) => string = (text) => text) =>
    change((page.ini ?? "").replace("host=db.example.com port=5432", `host=127.0.0.1 port=${server.port}`));
  beforeEach(() => {
    server.psql(server.superUrl, own.sql ?? "");
    const { code, output } = migrate(settingsOf(own.sh ?? ""));
    if (code !== 0) throw new Error(output);
  });

  it("the portal runs in session mode as the page says", async () => {
    server.psql(server.superUrl, page.sql ?? "");
    const pooler = await startPgBouncer(configuration(), passwords);
    try {
      expect(await check(settingsOf(page.sh ?? "", pooler.port))).toEqual([]);
    } finally {
      await pooler.stop();
    }
  });

  it.each([
    [
      "its defaults and transaction mode",
      (text: string) => text.replace("pool_mode=session", "pool_mode=transaction").replace(/^ignore.*$/m, ""),
      /^DATABASE_URL can't be used: a pooler answers there and refuses .*statement_timeout.* Give the server's direct address/,
    ],
    [
      "transaction mode",
      (text: string) => text.replace("pool_mode=session", "pool_mode=transaction"),
      /^DATABASE_URL leads to a pooler in transaction mode, which passes no LISTEN on/,
    ],
    [
      "statement mode",
      (text: string) => text.replace("pool_mode=session", "pool_mode=statement"),
      /^DATABASE_URL leads to a pooler in transaction mode/,
    ],
    [
      "session mode, but without the role's statement_timeout",
      (text: string) => text,
      /^DATABASE_URL leads to a pooler that drops the parameter statement_timeout/,
    ],
    [
      "session mode and too few connections",
      (text: string) => text.replace("pool_size=30", "pool_size=1"),
      /^DATABASE_URL can't be used: the check took longer than 20 s\. A pooler or the server may be out of connections\.$/,
    ],
  ])("%s is refused in one sentence", async (_name, change, sentence) => {
    const pooler = await startPgBouncer(configuration(change), passwords);
    try {
      expect(await check(settingsOf(page.sh ?? "", pooler.port))).toEqual([expect.stringMatching(sentence)]);
    } finally {
      await pooler.stop();
    }
  });

  it("in transaction mode the migrations are refused in one sentence, because two could run at once", async () => {
    const change = (text: string) => text.replace("pool_mode=session", "pool_mode=transaction");
    const pooler = await startPgBouncer(configuration(change), { pocketsoc_owner: "choose-one" });
    const { DATABASE_OWNER_URL = "" } = settingsOf(own.sh ?? "");
    const owner = new URL(DATABASE_OWNER_URL);
    try {
      const settings = {
        DATABASE_OWNER_URL: `postgres://${owner.username}:${owner.password}@127.0.0.1:${pooler.port}/pocketsoc`,
      };
      expect(migrate(settings)).toEqual({
        code: 1,
        output: expect.stringMatching(
          /^DATABASE_OWNER_URL leads to a pooler in transaction mode,[^\n]*Give the server's direct address\.$/,
        ),
      });
    } finally {
      await pooler.stop();
    }
  });
});
