import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { startNotifying, switchedOff } from "#test/notifying.ts";
import { leaseDecided, leaseSent, notifyDue } from "#test/steps.ts";
import { getDetection } from "#lib/triage/get.ts";
import { listDevices } from "../devices/list.ts";
import { removeDevice } from "../devices/remove.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, alertOf, deliver, addDevice, raise, readAt } = started;
const { services } = stack;
const { send } = services.webPush;
beforeEach(started.reset);
afterEach(() => {
  services.webPush = { ...services.webPush, send };
});
afterAll(started.stop);

/** Makes all queued work due now, except escalations. */
const makeAllDue = () =>
  services.db.execute("update notification_queue set due_at = now() where subject <> 'escalation'");
/** Returns the number of queued rows, without escalations. */
const countQueued = async () =>
  [
    ...(await services.db.execute<{ n: number }>(
      "select count(*)::int as n from notification_queue where subject <> 'escalation'",
    )),
  ][0]?.n ?? 0;
const minuteMs = 60_000;
/** Does the due work six times at once, as six workers would. */
const notifyBySix = () => Promise.all(Array.from({ length: 6 }, () => notifyDue(services)));

describe("a push service that is down", () => {
  it("for ten minutes in a storm of 500 alerts loses none and repeats none", async () => {
    const devices = [await addDevice(analyst), await addDevice(analyst)];
    await setOwnPreferences(admin, switchedOff);
    for (const { path } of devices) push.answer(path, 503);
    const alerts = Array.from({ length: 500 }, (_none, index) => alertOf(`down-${index}`));
    for (let from = 0; from < 500; from += 100) await deliver(alerts.slice(from, from + 100));
    await notifyBySix();
    expect(push.received).toEqual([]);
    for (let waited = 1; waited <= 10; waited += 3) {
      clock.laterMs = waited * minuteMs;
      await makeAllDue();
      await notifyBySix();
    }
    expect(push.received).toEqual([]);
    // the first alert and the message about all of that minute, on each device
    expect(await countQueued()).toBe(4);
    for (const { path } of devices) push.answer(path, 201);
    clock.laterMs = 11 * minuteMs;
    await makeAllDue();
    await notifyBySix();
    for (const { path } of devices) {
      const messages = readAt(path);
      expect(messages).toHaveLength(2);
      expect(messages).toContainEqual({
        title: "500 High alerts",
        body: expect.stringMatching(/^(vm-pay-01: down-\d+\n){3}\+497$/),
      });
      const topics = push.received.filter((message) => message.path === path).map(({ topic }) => topic);
      expect(new Set(topics).size).toBe(2);
    }
    await makeAllDue();
    await notifyBySix();
    expect(push.received).toHaveLength(4);
  }, 120_000);

  it("for longer than an hour makes waiting notifications fail, and the admins are notified instead", async () => {
    await setOwnPreferences(admin, switchedOff);
    const [own, other] = [await addDevice(analyst), await addDevice(admin)];
    push.answer(own.path, 503);
    const id = await raise("down-for-long");
    await notifyDue(services);
    clock.laterMs = 61 * minuteMs;
    await makeAllDue();
    await notifyDue(services);
    const { recipients } = await getDetection(admin, id);
    expect(recipients.find(({ person }) => person === "Some analyst")).toMatchObject({
      state: "failed",
      problem: "The push service could not take it for an hour (503).",
    });
    expect(readAt(other.path)).toMatchObject([{ title: "High: down-for-long" }]);
  });

  it("that can't be used at all makes notifications fail, and the admins are notified instead", async () => {
    await addDevice(analyst);
    const other = await addDevice(admin);
    await setOwnPreferences(admin, switchedOff);
    let refusals = 0;
    services.webPush = {
      ...services.webPush,
      send: (target, ...rest) => {
        if (target.endpoint === other.endpoint) return send(target, ...rest);
        refusals += 1;
        return Promise.reject(new Error("Public key is not valid for specified curve"));
      },
    };
    const id = await raise("off-the-curve");
    const faults: unknown[] = [];
    for (let turn = 0; turn < 6; turn++) {
      // the worker's loop logs it and goes on
      await notifyDue(services).catch((error: unknown) => faults.push(error));
      await started.expireLeases();
    }
    await notifyDue(services);
    expect(refusals).toBe(5);
    expect(faults.map(String)).toEqual(
      Array.from({ length: 4 }, () => expect.stringContaining("not valid for specified curve")),
    );
    expect(readAt(other.path)).toMatchObject([{ title: "High: off-the-curve" }]);
    const { recipients } = await getDetection(admin, id);
    expect(recipients.find(({ state }) => state === "failed")?.problem).toContain(
      "could not be made or sent",
    );
  });

  it("that hangs doesn't hold up other push services", async () => {
    const [slow, fast] = [await addDevice(analyst), await addDevice(admin)];
    let release = () => {};
    const hung = new Promise<void>((resolve) => {
      release = resolve;
    });
    services.webPush = {
      ...services.webPush,
      send: async (target, ...rest) => {
        if (target.endpoint === slow.endpoint) await hung;
        return send(target, ...rest);
      },
    };
    await raise("hung");
    await started.decideDue();
    const ended = Promise.all((await leaseSent(services)).map((work) => work()));
    await expect.poll(() => readAt(fast.path)).toHaveLength(1);
    expect(readAt(slow.path)).toEqual([]);
    release();
    await ended;
    expect(readAt(slow.path)).toHaveLength(1);
  });
});

describe("a device", () => {
  it("that is removed while a notification is being sent leaves no rows, and the alert's recipients show it", async () => {
    const device = await addDevice(analyst);
    services.webPush = {
      ...services.webPush,
      send: async (...args) => {
        const answer = await send(...args);
        await removeDevice(analyst, device.id);
        return answer;
      },
    };
    const id = await raise("removed-mid-send");
    await notifyDue(services);
    expect(await countQueued()).toBe(0);
    expect(await listDevices(analyst)).toEqual([]);
    const { recipients } = await getDetection(admin, id);
    expect(recipients.find(({ deviceId }) => deviceId === device.id)).toMatchObject({
      device: null,
      state: "accepted",
    });
  });
});

describe("a worker", () => {
  it("that dies between deciding and sending, or before recording, leaves the work to the next one", async () => {
    const device = await addDevice(analyst);
    const id = await raise("dies");
    // leased but never decided
    expect(await leaseDecided(services)).toHaveLength(1);
    await started.expireLeases();
    const [decide] = await leaseDecided(services);
    if (!decide) throw new Error("nothing waits");
    await decide();
    // leased but never sent
    expect(await leaseSent(services)).toHaveLength(1);
    await started.expireLeases();
    // sent but never recorded
    services.webPush = {
      ...services.webPush,
      send: async (...args) => {
        await send(...args);
        throw new Error("killed");
      },
    };
    const [sending] = await leaseSent(services);
    if (!sending) throw new Error("nothing is to be sent");
    await expect(sending()).rejects.toThrow("killed");
    services.webPush = { ...services.webPush, send };
    await started.expireLeases();
    await notifyDue(services);
    // twice under one topic, so that the second replaces the first
    expect(readAt(device.path)).toHaveLength(2);
    expect(new Set(push.received.map(({ topic }) => topic)).size).toBe(1);
    expect(await started.recipientsOf(id)).toMatchObject([{ state: "accepted" }]);
  });
});
