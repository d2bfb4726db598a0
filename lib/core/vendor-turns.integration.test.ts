import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deleteOldVendorTurns } from "#db/queries/sources/vendor-turns.ts";
import { turnsOf } from "#lib/domain/turns.ts";
import { openVendors } from "#lib/vendors/offer.ts";
import { VendorError } from "#lib/vendors/problem.ts";
import { registry } from "#lib/vendors/registry.ts";
import { createTestDatabase, type TestDatabase } from "#test/database.ts";
import { openServices } from "./open.ts";
import { vendorIo } from "./vendors.ts";

const vendors = openVendors(registry, {});
const [first] = vendors.all;
if (!first) throw new Error("there is no vendor");
const of = { vendor: first.manifest.id };

let database: TestDatabase;
/** two pools of one database, as two processes have them */
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
/** Asks for `count` turns at once, of each process in equal parts: after how long each came, or what was thrown. */
function takeAtOnce(key: string, perMinute: number, count: number, signal = never) {
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
const came = (answers: (number | Error)[]) =>
  answers.filter((one) => typeof one === "number").toSorted((one, other) => one - other);
const refused = (answers: (number | Error)[]) => answers.filter((one) => one instanceof VendorError);

describe("turns at a vendor", () => {
  it("are one line for all processes: a quarter at once, then singly, and none that would wait long", async () => {
    const perMinute = 240;
    const { atOnce, everyMs } = turnsOf(perMinute);
    const answers = await takeAtOnce("a", perMinute, 80);
    const times = came(answers);
    for (const [rank, ms] of times.entries())
      expect(ms, `turn ${rank + 1}`).toBeGreaterThan((rank + 1 - atOnce) * everyMs - 20);
    // how many fit into the four seconds that one may wait, while the asking itself takes a moment
    expect(times.length).toBeGreaterThanOrEqual(atOnce + Math.floor(4_000 / everyMs));
    expect(refused(answers)).toHaveLength(80 - times.length);
    expect(refused(answers).length).toBeGreaterThan(0);
    for (const { problem } of refused(answers) as VendorError[]) {
      expect(problem).toMatchObject({ code: "throttled", concerns: "vendor", passes: true });
      expect(problem.retryAfterMs).toBeGreaterThan(3_500);
      expect(problem.retryAfterMs).toBeLessThan(4_000 + 2 * everyMs);
    }
  });

  it("are one of two where one comes a minute, whoever asks first", async () => {
    for (let round = 0; round < 20; round++) {
      const answers = await takeAtOnce(`b${round}`, 1, 2);
      expect([came(answers).length, refused(answers).length]).toEqual([1, 1]);
      const [{ problem }] = refused(answers) as [VendorError];
      expect(problem.retryAfterMs).toBeGreaterThan(55_000);
    }
  });

  it("of another name are another line", async () => {
    await takeAtOnce("c", 1, 1);
    expect(came(await takeAtOnce("d", 1, 1))).toHaveLength(1);
    expect(came(await takeAtOnce("c", 1, 1))).toHaveLength(0);
  });

  it("are waited for no longer than the work goes on", async () => {
    await takeAtOnce("e", 20, 5);
    const stop = new AbortController();
    const reason = new Error("stopped");
    setTimeout(() => stop.abort(reason), 100);
    const [answer] = await takeAtOnce("e", 20, 1, stop.signal);
    expect(answer).toBe(reason);
  });

  it("are forgotten once nobody has asked for long", async () => {
    const { db } = (processes[0] as (typeof processes)[number]).services;
    await takeAtOnce("f", 1, 1);
    await deleteOldVendorTurns(db, new Date(Date.now() + 3_600_000));
    expect(came(await takeAtOnce("f", 1, 1))).toHaveLength(1);
  });
});
