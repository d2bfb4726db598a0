import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { newId } from "#lib/platform/ids.ts";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import { type DatabaseHandle, openDatabase } from "./client.ts";

let database: TestDatabase;
let here: DatabaseHandle;
let there: DatabaseHandle;
let owner: postgres.Sql;
const problems: unknown[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const options = { max: 2, onHintProblem: (error: unknown) => problems.push(error) };
  here = openDatabase(database.appUrl, { ...options, name: "hints-here" });
  there = openDatabase(database.appUrl, { ...options, name: "hints-there" });
  owner = postgres(database.superUrl, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await here.close();
  await there.close();
  await owner.end();
  await database.drop();
});

const cutListener = () =>
  owner`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'hints-there' and query ilike 'listen%'`;

describe("hints", () => {
  it("reach another process, are combined in a burst, and stop after unsubscribing", async () => {
    const received: string[][] = [];
    const other: string[][] = [];
    const stop = there.hints.subscribe("changes", (ids) => received.push(ids));
    there.hints.subscribe("deliveries", (ids) => other.push(ids));
    const first = newId();
    await vi.waitFor(async () => {
      here.hints.publish("changes", first);
      // a hint takes a moment; before the listener is ready it is lost, so it is sent again
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(received.flat()).toContain(first);
    });
    received.length = 0;
    const ids = Array.from({ length: 300 }, newId);
    for (const id of ids) for (let times = 0; times < 3; times++) here.hints.publish("changes", id);
    await vi.waitFor(() => expect(received.flat().toSorted()).toEqual(ids.toSorted()));
    expect(received.length).toBeLessThanOrEqual(3);
    expect(other).toEqual([]);
    stop();
    here.hints.publish("changes", newId());
    here.hints.publish("deliveries", first);
    await vi.waitFor(() => expect(other).toEqual([[first]]));
    expect(received.flat()).toHaveLength(300);
  });

  it("are sent as payloads of organisation ids by topic, each short enough for PostgreSQL", async () => {
    const texts: string[] = [];
    const { unlisten } = await owner.listen("pocketsoc_hints", (text) => texts.push(text));
    for (const id of ["a", "b", "a"]) here.hints.publish("changes", id);
    await vi.waitFor(() => expect(texts).toEqual(['{"changes":["a","b"]}']));
    texts.length = 0;
    const ids = Array.from({ length: 1_000 }, newId);
    for (const id of ids) here.hints.publish("deliveries", id);
    const receivedIds = () =>
      texts.flatMap((text) => (JSON.parse(text) as { deliveries: string[] }).deliveries);
    await vi.waitFor(() => expect(receivedIds()).toEqual(ids));
    for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThan(8_000);
    await unlisten();
  });

  it("arrive again after the listening connection was cut, even if reconnecting failed for a while", async () => {
    const received = new Set<string>();
    there.hints.subscribe("changes", (ids) => ids.forEach((id) => received.add(id)));
    const arrives = async () => {
      const id = newId();
      await vi.waitFor(
        async () => {
          here.hints.publish("changes", id);
          // a hint takes a moment; before the listener is ready it is lost, so it is sent again
          await new Promise((resolve) => setTimeout(resolve, 50));
          expect(received).toContain(id);
        },
        { timeout: 20_000 },
      );
    };
    await arrives();
    expect(await cutListener()).toHaveLength(1);
    await arrives();
    const name = new URL(database.superUrl).pathname.slice(1);
    const admin = postgres(Object.assign(new URL(database.superUrl), { pathname: "/postgres" }).href, {
      max: 1,
    });
    await admin`alter database ${admin(name)} allow_connections false`;
    expect(await cutListener()).toHaveLength(1);
    // long enough that reconnecting fails several times
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await admin`alter database ${admin(name)} allow_connections true`;
    await admin.end();
    await arrives();
  });
});
