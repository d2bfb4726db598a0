import { writeFileSync } from "node:fs";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDatabaseUrl } from "./database-url.ts";

const addressOf = (text: string) => {
  const read = readDatabaseUrl(text);
  if ("problem" in read) throw new Error(read.problem);
  return read.address;
};
const problemOf = (text: string) => {
  const read = readDatabaseUrl(text);
  return "problem" in read ? read.problem : null;
};
const folder = mkdtempSync(join(tmpdir(), "pocketsoc-url-"));
const ca = join(folder, "ca.pem");
writeFileSync(ca, "-----BEGIN CERTIFICATE-----\n");
const withQuery = (query: string) => `postgres://app:pw@db.contoso.example/soc?${query}`;

describe("a database address", () => {
  it.each([
    ["postgres://app:pw@db/soc", [["db", "db", 5432]], "app", "pw", "soc"],
    ["postgresql://app@db:6000", [["db", "db", 6000]], "app", undefined, "app"],
    ["postgres://app:a%23b%2Fc%3F%25%40%20@db/soc", [["db", "db", 5432]], "app", "a#b/c?%@ ", "soc"],
    ["postgres://a%40b:x:y@db/s%2Fc", [["db", "db", 5432]], "a@b", "x:y", "s/c"],
    ["postgres://app:pw@[::1]:6000/soc", [["::1", "::1", 6000]], "app", "pw", "soc"],
    [
      "postgres://app@[fe80::1%25eth0]/soc",
      [["fe80::1%eth0", "fe80::1%eth0", 5432]],
      "app",
      undefined,
      "soc",
    ],
    ["postgres://app@%2Frun%2Fpg:6000/soc", [["/run/pg", "/run/pg", 6000]], "app", undefined, "soc"],
    ["postgres:///soc?user=app&host=/run/pg", [["/run/pg", "/run/pg", 5432]], "app", undefined, "soc"],
    [
      "postgres://app@a:1,b:2,[::1]/soc",
      [
        ["a", "a", 1],
        ["b", "b", 2],
        ["::1", "::1", 1],
      ],
      "app",
      undefined,
      "soc",
    ],
    [
      "postgres://app@a,b:/soc?port=7",
      [
        ["a", "a", 7],
        ["b", "b", 7],
      ],
      "app",
      undefined,
      "soc",
    ],
    ["postgres://app@db/soc?hostaddr=192.0.2.7", [["db", "192.0.2.7", 5432]], "app", undefined, "soc"],
    ["postgres://x@db/x?user=app&password=p%26w&dbname=soc", [["db", "db", 5432]], "app", "p&w", "soc"],
  ])("%s is read as libpq reads it", (text, hosts, role, password, database) => {
    expect(addressOf(text)).toMatchObject({
      hosts: hosts.map(([host, address, port]) => ({ host, address, port })),
      role,
      database,
    });
    expect(addressOf(text).password).toBe(password);
  });

  it.each([
    "#",
    "/",
    "?",
    "%",
    "@",
    " ",
    "\n",
    "%zz",
    "%ff",
    "a#b/c%",
    "x@y?z",
    "a/b@c",
    "?a=b",
    "/?",
    "100%",
  ])("with a password that contains %j unencoded is refused without showing it", (characters) => {
    for (const password of [`CANARY${characters}`, `${characters}CANARY`, `CAN${characters}ARY`]) {
      const problem = problemOf(`postgres://app:${password}@db/soc`);
      expect([password, problem]).toEqual([
        password,
        expect.stringMatching(/^(can't be read: encode|has the parameter \(not)/),
      ]);
      expect(problem).not.toMatch(/CAN|ARY/);
    }
  });

  it.each([
    ["", "must begin with postgres://"],
    ["mysql://app@db/soc", "must begin with postgres://"],
    ["host=db dbname=soc", "must begin with postgres://"],
    ["postgres://db/soc", "names no role"],
    ["postgres:///soc", "names no role"],
    ["postgres://app@/soc", "names no host"],
    ["postgres://app@a,,b/soc", "names no host"],
    ["postgres://app@::1/soc", "IPv6 address without brackets"],
    ["postgres://app@[db]/soc", "isn't an IPv6 address"],
    ["postgres://app@db:port/soc", "port that isn't a number"],
    ["postgres://app@a,b/soc?port=1,2,3", "another number of ports"],
    ["postgres://app@db/soc?hostaddr=db.example", "hostaddr that isn't an IP address"],
    ["postgres://app@db/soc?application_name=a%00b", "has %00"],
    ["postgres://app:%00@db/soc", "has %00"],
    ['"postgres://app@db/soc"', "stands in quotes"],
    ["'postgres://app@db/soc'", "stands in quotes"],
  ])("%s is refused in one sentence", (text, problem) => {
    expect(problemOf(text)).toContain(problem);
  });
});

describe("the parameters of a database address", () => {
  it.each([
    ["", "off"],
    ["sslmode=disable", "off"],
    ["sslmode=", "off"],
    ["sslmode=allow", "offered"],
    ["sslmode=prefer", "offered"],
    ["sslmode=require", "encrypted"],
    [`sslmode=require&sslrootcert=${ca}`, "trusted"],
    ["sslmode=require&channel_binding=require", "verified"],
    ["sslmode=require&channel_binding=prefer", "encrypted"],
    [`sslmode=verify-ca&sslrootcert=${ca}`, "trusted"],
    ["sslmode=verify-full", "verified"],
    [`sslmode=verify-full&sslrootcert=${ca}`, "verified"],
    ["sslmode=verify-full&sslrootcert=system", "verified"],
  ])("?%s asks for TLS as libpq understands it", (query, mode) => {
    expect(addressOf(withQuery(query)).tls.mode).toBe(mode);
  });

  it.each(["CANARY", "CAN$ARY", "CANARY=", "x&CANARY"])(
    "that begin after a & in a password, as in %s, aren't shown",
    (rest) => {
      for (const name of ["password", "sslpassword"]) {
        const problem = problemOf(`postgres://app@db/soc?${name}=secret&${rest}`);
        expect(problem).toMatch(/^has the parameter \(not a name\), which PocketSOC doesn't know\. .*encode/);
      }
    },
  );

  it("that providers add and that change nothing are left out", () => {
    const query =
      "sslmode=require&pgbouncer=true&connection_limit=5&keepalives=1&gssencmode=disable&sslcompression=0";
    expect(addressOf(withQuery(query))).toEqual(addressOf(withQuery("sslmode=require")));
  });

  it("of a session are passed on", () => {
    const query =
      "application_name=soc&options=-c%20search_path%3Dpublic&connect_timeout=10&target_session_attrs=read-write";
    expect(addressOf(withQuery(query))).toMatchObject({
      applicationName: "soc",
      options: "-c search_path=public",
      connectTimeoutMs: 10_000,
      sessionKind: "read-write",
    });
  });

  it.each([
    ["sslmod=require", "has the parameter sslmod, which PocketSOC doesn't know"],
    ["schema=soc", "has the parameter schema"],
    ["require_auth=scram-sha-256", "has the parameter require_auth"],
    ["service=soc", "has the parameter service"],
    ["ssl=true", "Write sslmode=verify-full"],
    [
      "sslmode=no-verify",
      "has an sslmode other than disable, allow, prefer, require, verify-ca, verify-full",
    ],
    ["sslmode=verify-ca", "without sslrootcert"],
    ["sslrootcert=system", "Add sslmode=verify-full"],
    [`sslrootcert=${ca}`, "Add sslmode=verify-full"],
    ["sslmode=require&sslrootcert=system", "needs sslmode=verify-full"],
    [
      "sslmode=verify-full&sslrootcert=/nowhere/ca.pem",
      "names /nowhere/ca.pem as sslrootcert, which isn't there",
    ],
    [`sslmode=verify-full&sslcert=${ca}`, "needs both"],
    ["channel_binding=require", "needs TLS"],
    ["sslnegotiation=direct", "needs sslmode=require"],
    ["gssencmode=require", "doesn't support"],
    ["connect_timeout=soon", "isn't a whole number"],
    ["client_encoding=LATIN1", "other than UTF8"],
    ["target_session_attrs=standby", "can't be written to"],
    ["target_session_attrs=leader", "other than any, read-write"],
  ])("?%s is refused in one sentence", (query, problem) => {
    expect(problemOf(withQuery(query))).toContain(problem);
  });
});
