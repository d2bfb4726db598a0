import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ensureCertificates } from "../emulator/tls.ts";
import { freePort } from "../scripts/ports.ts";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import {
  closingDatabase,
  type FakeDatabase,
  refusingDatabase,
  relayTo,
  silentDatabase,
  tlsDatabase,
  unixDatabase,
} from "#test/fake-database.ts";
import { checkDatabaseRole } from "./check-role.ts";
import { migrateDatabase } from "./migrate.ts";
import { openClient } from "./open-client.ts";
import { openJobsDatabase } from "./jobs-database.ts";

let database: TestDatabase;
let port: number;
let caFile: string;
let untrusted: { key: string; cert: string; caFile: string };
const fakes: FakeDatabase[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  port = Number(new URL(database.appUrl).port);
  caFile = (await ensureCertificates(".pocketsoc/test-ca")).caFile;
  untrusted = await ensureCertificates(mkdtempSync(join(tmpdir(), "pocketsoc-ca-")));
});
afterAll(() => database.drop());
afterEach(async () => {
  for (const fake of fakes.splice(0)) await fake.stop();
});

const opened = async <T extends FakeDatabase>(opening: Promise<T>): Promise<T> => {
  const fake = await opening;
  fakes.push(fake);
  return fake;
};
/** Returns the address of the portal's role with another authority and query. */
const at = (authority: string, query = "") => {
  const { username, password, pathname } = new URL(database.appUrl);
  return `postgres://${username}:${password}@${authority}${pathname}${query}`;
};
const problemsAt = async (url: string) => (await checkDatabaseRole(url)).problems;
/** Returns what the job queue's connection answers, or "refused" if there is none. */
async function askJobQueue(url: string): Promise<unknown> {
  const jobs = openJobsDatabase(url, { max: 1, name: "jobs" });
  const answer = jobs.executeSql("select 1 as one").then(
    ({ rows }) => rows,
    () => "refused",
  );
  return answer.finally(() => jobs.close());
}

describe("a server that refuses or doesn't answer", () => {
  it.each([
    [
      "28000",
      'no pg_hba.conf entry for host "192.0.2.7", user "app", no encryption',
      /the server wants TLS: add \?sslmode=verify-full/,
    ],
    [
      "28000",
      "SSL connection is required. Please specify SSL options and retry.",
      /the server wants TLS: add \?sslmode=verify-full/,
    ],
    [
      "28000",
      'role "app" is not permitted to log in',
      /doesn't let this role in: role "app" is not permitted to log in \(28000\)\.$/,
    ],
    [
      "28P01",
      'password authentication failed for user "app"',
      /refuses the role or its password \(28P01\)\.$/,
    ],
    ["3D000", 'database "soc" does not exist', /there is no such database \(3D000\)\.$/],
    [
      "53300",
      "sorry, too many clients already",
      /no connection is free: sorry.* A web needs up to 11 connections, a worker 13 and a receiver 11\..*\(53300\)\.$/,
    ],
    ["57P03", "the database system is starting up", /is starting, stopping or recovering\. Try again/],
    ["42501", 'permission denied for database "soc"', /lacks a right: permission denied for database/],
    ["42704", 'unrecognized configuration parameter "x"', /doesn't know a parameter of the address/],
    [
      "08P01",
      "unsupported startup parameter: statement_timeout",
      /a pooler answers there and refuses .* statement_timeout\. Give the server's direct address/,
    ],
    ["XX999", "something new", /^DATABASE_URL can't be used: something new \(XX999\)\.$/],
  ])("is explained in one sentence, with %s: %s", async (code, message, sentence) => {
    const fake = await opened(refusingDatabase(code, message));
    const url = at(`127.0.0.1:${fake.port}`);
    expect(await problemsAt(url)).toEqual([expect.stringMatching(sentence)]);
    await expect(migrateDatabase(url)).rejects.toThrow(/^DATABASE_OWNER_URL can't be used: [^\n]+$/);
  });

  it("is told apart by what it does", async () => {
    const silent = await opened(silentDatabase());
    const closing = await opened(closingDatabase());
    expect(await problemsAt(at(`127.0.0.1:${silent.port}`, "?connect_timeout=2"))).toEqual([
      expect.stringContaining("(CONNECT_TIMEOUT)"),
    ]);
    expect(await problemsAt(at(`127.0.0.1:${closing.port}`))).toEqual([
      expect.stringContaining("closes it unanswered"),
    ]);
    expect(await problemsAt(at(`127.0.0.1:${await freePort()}`))).toEqual([
      expect.stringContaining("nothing listens there"),
    ]);
    expect(await problemsAt(at("no-such-host.invalid"))).toEqual([
      expect.stringMatching(/\((ENOTFOUND|EAI_AGAIN)\)/),
    ]);
    expect(await problemsAt(at("%2Fnowhere"))).toEqual([expect.stringContaining("no such Unix socket")]);
  });

  it("doesn't cost the pool a connection, so that it works once the server is back", async () => {
    const client = openClient(at(`127.0.0.1:${await freePort()}`), { max: 1, name: "back" });
    try {
      for (let attempt = 0; attempt < 3; attempt++)
        await expect(client`select 1`).rejects.toMatchObject({ code: "ECONNREFUSED" });
    } finally {
      await client.end();
    }
  });
});

describe("an address", () => {
  it("without TLS leads to a Unix socket, an IPv6 host or the first of several hosts that answers", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pocketsoc-socket-"));
    await opened(unixDatabase(join(folder, ".s.PGSQL.5432"), port));
    const nobody = await freePort();
    for (const url of [
      at(encodeURIComponent(folder)),
      at("", `?host=${folder}`),
      at(`127.0.0.1:${nobody},127.0.0.1:${port}`),
      at(`127.0.0.1:${nobody},127.0.0.1:${port}`, "?target_session_attrs=read-write"),
      at("db.invalid", `?hostaddr=127.0.0.1&port=${port}`),
    ])
      expect([url, await problemsAt(url)]).toEqual([url, []]);
  });

  it("may have a password in letters that can be written in several ways, as PostgreSQL's own clients allow", async () => {
    const administrator = postgres(database.superUrl, { max: 1, onnotice: () => {} });
    try {
      for (const [index, password] of [
        "p\u00E4",
        "pa\u0308",
        "a\u00A0b",
        "\uFB01sh",
        "x\u00ADy",
        "🙂a\u0308",
      ].entries()) {
        const role = `spelt_${randomBytes(4).toString("hex")}_${index}`;
        // sent as it is written, and prepared by the server
        await administrator.unsafe(`create role ${role} login password '${password}'`);
        const url = `postgres://${role}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
        const client = openClient(url, { max: 1, name: "spelt" });
        expect([password, await client`select 1 as one`]).toEqual([password, [{ one: 1 }]]);
        await client.end();
        await administrator.unsafe(`drop role ${role}`);
      }
    } finally {
      await administrator.end();
    }
  });

  it.each([
    ["localhost", "sslmode=verify-full", []],
    ["127.0.0.1", "sslmode=verify-full", []],
    ["localhost", "sslmode=prefer", []],
    ["localhost", "sslmode=require", []],
    ["localhost", "", [/the server wants TLS: add \?sslmode=verify-full/]],
  ])("of %s with %j has one meaning for portal, job queue and migrations", async (host, query, expected) => {
    const { key, cert } = await ensureCertificates(".pocketsoc/test-ca");
    const fake = await opened(tlsDatabase(port, { key, cert }));
    const rooted = query.includes("verify") ? `?${query}&sslrootcert=${caFile}` : `?${query}`;
    const url = at(`${host}:${fake.port}`, rooted);
    expect(await problemsAt(url)).toEqual(expected.map((sentence) => expect.stringMatching(sentence)));
    expect(await askJobQueue(url)).toEqual(expected.length > 0 ? "refused" : [{ one: 1 }]);
  });

  it.each([
    [
      "localhost",
      "sslmode=verify-full",
      "an authority that isn't trusted here. Name the authority's file with sslrootcert",
    ],
    ["localhost", "sslmode=require&channel_binding=require", "an authority that isn't trusted here"],
    ["127.0.0.2", "sslmode=verify-full&sslrootcert=CA", "certificate is for another host"],
    ["127.0.0.2", "sslmode=verify-ca&sslrootcert=CA", null],
    ["localhost", "sslmode=require", null],
    ["localhost", "sslmode=require&sslrootcert=OTHER", "an authority that isn't trusted here"],
  ])(
    "of %s with %s and a private authority is verified as far as sslmode asks",
    async (host, query, problem) => {
      const fake = await opened(tlsDatabase(port, untrusted));
      const parameters = query.replace("CA", untrusted.caFile).replace("OTHER", caFile);
      const url =
        host === "127.0.0.2"
          ? at(host, `?hostaddr=127.0.0.1&port=${fake.port}&${parameters}`)
          : at(`${host}:${fake.port}`, `?${parameters}`);
      const found = await problemsAt(url);
      expect(found).toHaveLength(problem ? 1 : 0);
      expect(found[0] ?? "").toContain(problem ?? "");
      expect(await askJobQueue(url)).toEqual(problem ? "refused" : [{ one: 1 }]);
    },
  );

  it.each([
    [
      { maxVersion: "TLSv1.1", minVersion: "TLSv1", ciphers: "DEFAULT:@SECLEVEL=0" },
      "no version of TLS in common",
    ],
    [{ requestCert: true }, "wants a client's certificate from an authority that it trusts"],
    [{ requestCert: true, maxVersion: "TLSv1.2" }, "refuses the TLS handshake"],
  ] as const)(
    "of a server with the TLS settings %j is explained without OpenSSL's numbers",
    async (more, text) => {
      const { key, cert } = await ensureCertificates(".pocketsoc/test-ca");
      const fake = await opened(tlsDatabase(port, { key, cert, ...more }));
      const found = await problemsAt(at(`localhost:${fake.port}`, `?sslmode=require`));
      expect(found).toEqual([expect.stringContaining(text)]);
      expect(found[0]).not.toMatch(/deps|0A000|error:/);
    },
  );

  it("that asks for TLS is refused by a server without TLS, except with prefer", async () => {
    for (const mode of ["require", "verify-full"])
      expect(await problemsAt(at(`127.0.0.1:${port}`, `?sslmode=${mode}`))).toEqual([
        expect.stringContaining("the server offers no TLS, which the address asks for"),
      ]);
    expect(await problemsAt(at(`127.0.0.1:${port}`, "?sslmode=prefer"))).toEqual([]);
  });
});

describe("a connection that goes silent without being closed", () => {
  const limits = { max: 2, name: "silent", statementTimeoutMs: 1_000, answerMarginMs: 500 };

  it("fails what waits on it, and the next statements run on a new connection", async () => {
    const relay = await opened(relayTo(port));
    const client = openClient(at(`127.0.0.1:${relay.port}`), limits);
    await Promise.all([client`select pg_sleep(0.1)`, client`select pg_sleep(0.1)`]);
    relay.freeze();
    const waiting = [client`select 1`, client`select 1`, client.begin((tx) => tx`select 1`)];
    for (const outcome of await Promise.allSettled(waiting))
      expect(outcome).toMatchObject({ status: "rejected", reason: { code: "UNANSWERED" } });
    relay.thaw();
    // the connections have closed by then
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await client`select 1 as one`).toEqual([{ one: 1 }]);
    await client.end({ timeout: 1 });
  });

  it("settles a statement that arrives while the connection closes", async () => {
    const relay = await opened(relayTo(port));
    const client = openClient(at(`127.0.0.1:${relay.port}`), { ...limits, max: 1 });
    await client`select 1`;
    relay.freeze();
    // between the driver's error and the end of the socket
    const next = client`select 1`.catch(() => client`select 2`).catch(({ code }: { code: string }) => code);
    expect(await next).toBe("CONNECTION_CLOSED");
    await client.end({ timeout: 1 });
  });

  it("isn't taken for lost while it is idle, answers slowly or answers in parts", async () => {
    const relay = await opened(relayTo(port));
    const client = openClient(at(`127.0.0.1:${relay.port}`), { ...limits, max: 1 });
    const pid = async () => (await client<{ pid: number }[]>`select pg_backend_pid() as pid`)[0]?.pid;
    const first = await pid();
    // longer than an answer may take, without any statement
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    for (let turn = 0; turn < 5; turn++) await client`select pg_sleep(0.2)`;
    await client`select repeat('x', 1000) from generate_series(1, 5000)`;
    expect(await pid()).toBe(first);
    await client.end({ timeout: 1 });
  });
});
