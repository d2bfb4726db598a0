import { afterEach, expect, it } from "vitest";
import { answeringDatabase, type FakeDatabase } from "#test/fake-database.ts";
import { checkDatabaseRole } from "./check-role.ts";

let fake: FakeDatabase | undefined;
afterEach(async () => {
  await fake?.stop();
});

function authentication(kind: number, rest = ""): Buffer {
  const body = Buffer.from(`....${rest}`, "latin1");
  body.writeUInt32BE(kind);
  const head = Buffer.from("R....");
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

const notPostgres = /what answers there isn't PostgreSQL\. Check host and port \(NOT_POSTGRES\)\.$/;
const unknownKind = /a kind of authentication that PocketSOC doesn't have.*\(AUTHENTICATION_UNKNOWN\)\.$/;

it.each<[string, string | Buffer, RegExp, "ends" | "stays"]>([
  ["a web server", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n<html></html>", notPostgres, "ends"],
  ["an SSH server", "SSH-2.0-OpenSSH_9.2p1\r\n", notPostgres, "stays"],
  ["MySQL", Buffer.from("\x4a\0\0\0\n8.0.35\0", "latin1"), notPostgres, "ends"],
  ["Redis", "-ERR unknown command\r\n", notPostgres, "stays"],
  ["a server that speaks TLS", Buffer.from([21, 3, 1, 0, 2, 2, 40]), notPostgres, "stays"],
  ["Kerberos", authentication(2), unknownKind, "stays"],
  ["GSSAPI", authentication(7), unknownKind, "stays"],
  ["SSPI", authentication(9), unknownKind, "stays"],
  ["OAuth", authentication(10, "OAUTHBEARER\0\0"), unknownKind, "stays"],
  ["a server that closes after the sign-in", authentication(0), /closes it unanswered/, "ends"],
])("an address that leads to %s is explained at once", async (_what, answer, sentence, then) => {
  fake = await answeringDatabase(Buffer.from(answer), then === "ends");
  const began = performance.now();
  const { problems } = await checkDatabaseRole(`postgres://app:word@127.0.0.1:${fake.port}/soc`);
  expect(problems).toEqual([expect.stringMatching(sentence)]);
  // the time-out of a connection is 5 s
  expect(performance.now() - began).toBeLessThan(4_000);
});

it("a web server is recognised when it is asked for TLS too", async () => {
  fake = await answeringDatabase(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"), true);
  const url = `postgres://app:word@127.0.0.1:${fake.port}/soc?sslmode=require`;
  expect((await checkDatabaseRole(url)).problems).toEqual([expect.stringMatching(notPostgres)]);
});
