import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { deleteOldVendorTurns } from "#db/queries/sources/vendor-turns.ts";
import { turnsOf } from "#lib/domain/turns.ts";
import { pause } from "#lib/platform/pause.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { VendorError } from "#lib/vendors/problem.ts";
import { registry } from "#lib/vendors/registry.ts";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import { openServices } from "./open.ts";
import { sendPace, vendorIo } from "./vendors.ts";

const vendors = openVendors(registry, {});
const [first] = vendors.all;
if (!first) throw new Error("there is no vendor");
const of = { vendor: first.manifest.id };

let database: TestDatabase;
/** the services of two processes that share one database */
let processes: ReturnType<typeof openServices>[];
beforeAll(async () => {
  database = await createTestDatabase();
  const settings = {
    databaseUrl: database.appUrl,
    portalUrl: "http://localhost:3000",
    encryptionKeys: [{ id: "test", key: randomBytes(32) }],
    vendors,
    undoSeconds: 0,
  };
  processes = [openServices(settings, "test-a"), openServices(settings, "test-b")];
});
afterAll(async () => {
  for (const { handle } of processes) await handle.close();
  await database.drop();
});

const never = new AbortController().signal;
/**
 * Calls the vendor's rate limiter `count` times at once, half of the calls in each process. Returns the wait of each
 * call in ms, or its error.
 */
function takeTurns(key: string, perMinute: number, count: number, signal = never) {
  const began = performance.now();
  return Promise.all(
    Array.from({ length: count }, async (_none, index): Promise<number | Error> => {
      const { services } = processes[index % processes.length] as (typeof processes)[number];
      try {
        await vendorIo(services, of, signal).take(key, perMinute);
        return performance.now() - began;
      } catch (error) {
        return error as Error;
      }
    }),
  );
}
const waits = (answers: (number | Error)[]) =>
  answers.filter((answer) => typeof answer === "number").toSorted((a, b) => a - b);
const refused = (answers: (number | Error)[]) => answers.filter((answer) => answer instanceof VendorError);

describe("turns at a vendor", () => {
  it("are shared by all processes: a quarter comes at once, the rest singly, and long waits are refused", async () => {
    const perMinute = 240;
    const { atOnce, everyMs } = turnsOf(perMinute);
    const answers = await takeTurns("a", perMinute, 80);
    const times = waits(answers);
    for (const [rank, ms] of times.entries())
      expect(ms, `turn ${rank + 1}`).toBeGreaterThan((rank + 1 - atOnce) * everyMs - 20);
    // at least as many as fit into the longest wait, four seconds; the calls themselves take a moment too
    expect(times.length).toBeGreaterThanOrEqual(atOnce + Math.floor(4_000 / everyMs));
    expect(refused(answers)).toHaveLength(80 - times.length);
    expect(refused(answers).length).toBeGreaterThan(0);
    for (const { problem } of refused(answers) as VendorError[]) {
      expect(problem).toMatchObject({ code: "throttled", concerns: "vendor", passes: true });
      expect(problem.retryAfterMs).toBeGreaterThan(3_500);
      expect(problem.retryAfterMs).toBeLessThan(4_000 + 2 * everyMs);
    }
  });

  it("go to one of two concurrent callers when there is one a minute", async () => {
    for (let round = 0; round < 20; round++) {
      const answers = await takeTurns(`b${round}`, 1, 2);
      expect([waits(answers).length, refused(answers).length]).toEqual([1, 1]);
      const [{ problem }] = refused(answers) as [VendorError];
      expect(problem.retryAfterMs).toBeGreaterThan(55_000);
    }
  });

  it("are separate for each key", async () => {
    await takeTurns("c", 1, 1);
    expect(waits(await takeTurns("d", 1, 1))).toHaveLength(1);
    expect(waits(await takeTurns("c", 1, 1))).toHaveLength(0);
  });

  it("are no longer waited for once the work is aborted", async () => {
    await takeTurns("e", 20, 5);
    const stop = new AbortController();
    const reason = new Error("stopped");
    setTimeout(() => stop.abort(reason), 100);
    const [answer] = await takeTurns("e", 20, 1, stop.signal);
    expect(answer).toBe(reason);
  });

  it("are left to polls, however many status changes wait", async () => {
    const perMinute = 240;
    const { atOnce } = turnsOf(perMinute);
    const stop = new AbortController();
    const refusals: unknown[] = [];
    let sent = 0;
    const send = async ({ services }: (typeof processes)[number]) => {
      const { take } = vendorIo(services, of, stop.signal, sendPace);
      while (!stop.signal.aborted)
        try {
          await take("h", perMinute);
          sent += 1;
        } catch (error) {
          if (!stop.signal.aborted) refusals.push(error);
          await pause(100, never);
        }
    };
    // more than their share has turns for within the longest wait of a status change
    const senders = Array.from({ length: 80 }, (_none, index) =>
      send(processes[index % processes.length] as (typeof processes)[number]),
    );
    await vi.waitFor(() => expect(refusals.length).toBeGreaterThan(0), { timeout: 5_000 });
    for (let poll = 0; poll < 6; poll++) {
      expect(waits(await takeTurns("h", perMinute, 1)), `poll ${poll + 1}`).toHaveLength(1);
      await pause(200, never);
    }
    stop.abort();
    await Promise.all(senders);
    expect(sent).toBeGreaterThan(atOnce);
  });

  it("that the database's clock put far ahead hold nobody up, and make no second burst", async () => {
    const perMinute = 240;
    const { everyMs } = turnsOf(perMinute);
    const { db } = (processes[0] as (typeof processes)[number]).services;
    await takeTurns("g", perMinute, 1);
    await db.execute("update vendor_turns set next_at = now() + interval '10 days'");
    const times = waits(await takeTurns("g", perMinute, 10));
    expect(times).toHaveLength(10);
    for (const [rank, ms] of times.entries())
      expect(ms, `turn ${rank + 1}`).toBeGreaterThan(rank * everyMs - 20);
  });

  it("are deleted once nobody has taken one for long", async () => {
    const { db } = (processes[0] as (typeof processes)[number]).services;
    await takeTurns("f", 1, 1);
    await deleteOldVendorTurns(db, new Date(Date.now() + 3_600_000));
    expect(waits(await takeTurns("f", 1, 1))).toHaveLength(1);
  });
});
