import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { formValues, production, startTestStack, type TestStack } from "./stack.ts";
import { all, feed, makeDue, poll, pollNow, save, signal } from "./steps.ts";
import { startWorkerProcess, type WorkerProcess } from "./worker-process.ts";
import { checkConfiguration } from "#lib/sources/configurations/check.ts";
import { getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import { replaceSecret } from "#lib/sources/configurations/replace-secret.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { leasePolls, pollConfiguration } from "#lib/ingest/poll.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";

const app = { clientId: formValues.applicationId };
const pages = 10;
let stack: TestStack;
let admin: Context;
let id: string;
let credentialId: string;
const workers: WorkerProcess[] = [];
vi.setConfig({ testTimeout: 180_000 });

beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
  id = await save(admin, formValues);
  await poll(stack.services);
  credentialId = (await getVendorConfiguration(admin, id)).credential.id;
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop("SIGKILL")));
  await stack.control("DELETE", "/faults");
  await stack.control("POST", "/settings", { pageSize: 50, latencyMs: 0 });
  await expireLeases();
  await pollNow(stack.services);
});
afterAll(() => stack.stop());

const startWorker = () => {
  const worker = startWorkerProcess(stack.workerEnv);
  workers.push(worker);
  return worker;
};
// long enough for a worker to start on a busy machine
const within = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 20 });
const health = async () => (await getVendorConfiguration(admin, id)).health;

/** Ends every lease, as if the worker that held it had died some time ago. */
async function expireLeases(): Promise<void> {
  await stack.services.db.execute("update poll_targets set leased_until = now() - interval '1 second'");
  await stack.services.db.execute("update outbox set leased_until = now() - interval '1 second'");
}

type VendorAlert = { name: string; properties: { status: string; alertDisplayName: string } };
const atAzure = () => stack.control("GET", `/alerts?subscriptionId=${production}`) as Promise<VendorAlert[]>;
const addAlerts = async (count: number, properties: object = {}) =>
  (
    (await stack.control("POST", "/alerts", { subscriptionId: production, count, properties })) as {
      names: string[];
    }
  ).names;
/** Returns three counts: the detections, the `received` events, and the detections with more than one `received` event. */
const stored = () =>
  inOrganisation(stack.services.db, admin.actor.organisationId, async (tx) => {
    const [row] = await tx.execute<{ detections: number; received: number; twice: number }>(
      `select (select count(*) from detections)::int as detections,
         (select count(*) from detection_events where kind = 'received')::int as received,
         (select count(*) from (select 1 from detection_events where kind = 'received'
           group by detection_id having count(*) > 1) t)::int as twice`,
    );
    return row ?? { detections: 0, received: 0, twice: 0 };
  });
const requests = () => stack.control("GET", "/requests") as Promise<{ method: string; host: string }[]>;
const writes = async () =>
  (await requests()).filter((request) => request.method === "POST" && request.host === "arm");

/** Gives the vendor a list of `pages` pages and a delay before each page. Returns the number of alerts. */
async function slowList(): Promise<number> {
  await addAlerts(20);
  const count = (await atAzure()).length;
  await stack.control("POST", "/settings", { pageSize: Math.ceil(count / pages), latencyMs: 100 });
  return count;
}

describe("a worker that dies in the middle of a poll", () => {
  it("loses and duplicates no alert: another worker continues once the lease is over", async () => {
    const before = await stored();
    const worker = startWorker();
    const count = await slowList();
    await makeDue(stack.services);
    await within(async () => expect((await stored()).detections).toBeGreaterThan(before.detections));
    await worker.stop("SIGKILL");
    expect((await stored()).detections).toBeLessThan(count);
    expect(await leasePolls(stack.services, 10)).toEqual([]);
    await expireLeases();
    startWorker();
    await within(async () =>
      expect(await stored()).toEqual({ detections: count, received: count, twice: 0 }),
    );
    await within(async () => expect(await health()).toMatchObject({ state: "healthy" }));
  });

  it("releases its lease on SIGTERM, so that the configuration is due again at once", async () => {
    const before = await stored();
    const worker = startWorker();
    const count = await slowList();
    await makeDue(stack.services);
    await within(async () => expect((await stored()).detections).toBeGreaterThan(before.detections));
    expect(await worker.stop("SIGTERM")).toBe(0);
    await stack.control("POST", "/settings", { latencyMs: 0 });
    expect(await poll(stack.services)).toMatchObject({ outcome: "read" });
    expect(await stored()).toEqual({ detections: count, received: count, twice: 0 });
  });
});

describe("several workers", () => {
  it("never poll one configuration at the same time", async () => {
    await slowList();
    await makeDue(stack.services);
    const claims = await Promise.all(Array.from({ length: 20 }, () => leasePolls(stack.services, 10)));
    expect(claims.flat()).toHaveLength(1);
    const [lease] = claims.flat();
    if (!lease) throw new Error("nothing was due");
    const reading = pollConfiguration(stack.services, lease, signal);
    await makeDue(stack.services);
    expect(await leasePolls(stack.services, 10)).toEqual([]);
    expect(await reading).toMatchObject({ outcome: "read" });
  });

  it("store each alert once, even when one stalls and another takes its lease over", async () => {
    const count = await slowList();
    await makeDue(stack.services);
    const [stalled] = await leasePolls(stack.services, 10);
    if (!stalled) throw new Error("nothing was due");
    const first = pollConfiguration(stack.services, stalled, signal);
    await expireLeases();
    const [taken] = await leasePolls(stack.services, 10);
    if (!taken) throw new Error("the lease was not taken over");
    const second = pollConfiguration(stack.services, taken, signal);
    expect(await first).toMatchObject({ outcome: "lost" });
    expect(await second).toMatchObject({ outcome: "read" });
    expect(await stored()).toEqual({ detections: count, received: count, twice: 0 });
  });

  it("in separate processes poll everything and duplicate nothing", async () => {
    startWorker();
    startWorker();
    for (let round = 0; round < 3; round++) {
      await addAlerts(5);
      const count = (await atAzure()).length;
      await makeDue(stack.services);
      await within(async () =>
        expect(await stored()).toEqual({ detections: count, received: count, twice: 0 }),
      );
    }
  });
});

describe("a worker that dies in the middle of a status change", () => {
  /**
   * Requests `resolved` for a new alert. Azure answers the first `after` reads of an alert at once, and each further read
   * only after a minute.
   */
  async function requestWhileSlow(after: number): Promise<{ name: string; detectionId: string }> {
    const title = `To be changed ${crypto.randomUUID()}`;
    const [name = ""] = await addAlerts(1, { alertDisplayName: title });
    await pollNow(stack.services);
    const detectionId = (await feed(admin, { q: title })).items[0]?.id ?? "";
    await stack.control("DELETE", "/requests");
    await stack.control("POST", "/faults", {
      target: "get",
      kind: "slow",
      delayMs: 60_000,
      times: 100,
      after,
    });
    await setDetectionStatus(admin, {
      items: [{ id: detectionId, expected: "active" }],
      to: "resolved",
      note: "Looked at it.",
    });
    return { name, detectionId };
  }
  const statusAtAzure = async (name: string) =>
    (await atAzure()).find((alert) => alert.name === name)?.properties.status;
  const confirmed = (detectionId: string) =>
    within(async () =>
      expect(await getDetection(admin, detectionId)).toMatchObject({
        status: "resolved",
        pendingStatus: null,
        syncState: "confirmed",
      }),
    );

  it("after the write leaves it to the next worker, which finds it done and doesn't write again", async () => {
    const worker = startWorker();
    const { name, detectionId } = await requestWhileSlow(1);
    await within(async () => expect(await statusAtAzure(name)).toBe("Resolved"));
    await worker.stop("SIGKILL");
    expect(await getDetection(admin, detectionId)).toMatchObject({ status: "active", syncState: "sending" });
    await stack.control("DELETE", "/faults");
    await expireLeases();
    startWorker();
    await confirmed(detectionId);
    expect(await writes()).toHaveLength(1);
  });

  it("before the write leaves it to the next worker, which writes once", async () => {
    const worker = startWorker();
    const { detectionId } = await requestWhileSlow(0);
    await within(async () =>
      expect(await getDetection(admin, detectionId)).toMatchObject({ syncState: "sending" }),
    );
    await worker.stop("SIGKILL");
    expect(await writes()).toHaveLength(0);
    await stack.control("DELETE", "/faults");
    await expireLeases();
    startWorker();
    await confirmed(detectionId);
    expect(await writes()).toHaveLength(1);
  });
});

describe("a secret that is replaced", () => {
  const good = "N_w8Q~another-good-secret-value-for-tests-002";
  const replace = (secret: string) =>
    all(replaceSecret(admin, credentialId, { secret, secretExpiresOn: "" }, signal));

  it("by a wrong one is refused, and polls continue with the good one's token", async () => {
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    const events = await replace("W_r8Q~a-wrong-secret-value-that-azure-doesnt-know");
    expect(events.at(-1)).toMatchObject({ type: "failed", message: expect.stringMatching(/Client Secret/) });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect(await health()).toMatchObject({ state: "healthy" });
    expect((await getVendorConfiguration(admin, id)).credential.secretHint).toBe("Q_e");
  });

  it("in the middle of a poll doesn't get the old one's problem", async () => {
    await stack.control("POST", "/apps/secrets", { ...app, value: good, state: "valid" });
    await slowList();
    await stack.control("POST", "/faults", { target: "list", kind: "401", times: 2, after: 8 });
    await makeDue(stack.services);
    const [lease] = await leasePolls(stack.services, 10);
    if (!lease) throw new Error("nothing was due");
    const reading = pollConfiguration(stack.services, lease, signal);
    const events = await replace(good);
    expect(events.at(-1)).toMatchObject({ type: "replaced", oldHint: "Q_e" });
    expect(await reading).toMatchObject({ outcome: "failed" });
    expect(await health()).toMatchObject({ state: "healthy", code: null });
    // due in seconds: the replacement made it due, and the old poll's backoff doesn't undo that
    const [due] = await stack.services.db.execute<{ seconds: number }>(
      "select extract(epoch from due_at - now())::float8 as seconds from poll_targets",
    );
    expect(due?.seconds).toBeLessThanOrEqual(5);
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
  });

  it("needs its own token: one deleted in Azure fails a check at once, and polls once the old token expires", async () => {
    await stack.control("POST", "/apps/secrets", { ...app, value: good, state: "removed" });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect((await all(checkConfiguration(admin, id, signal))).at(-1)).toMatchObject({
      type: "failed",
      message: expect.stringMatching(/refused the Client Secret/),
    });
    expect(await health()).toMatchObject({ state: "action_needed", code: "secret_wrong" });
    await stack.control("POST", "/apps/secrets", { ...app, value: good, state: "valid" });
    expect((await all(checkConfiguration(admin, id, signal))).at(-1)).toEqual({ type: "checked" });
  });
});
