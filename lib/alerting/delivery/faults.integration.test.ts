import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { defaultPreferences } from "#lib/domain/recipients.ts";
import { startNotifying } from "#test/notifying.ts";
import { leaseDecided, leaseSent, tellDue } from "#test/steps.ts";
import { getDetection } from "#lib/triage/get.ts";
import { removeDevice } from "../devices/remove.ts";
import { listDevices } from "../devices/list.ts";
import { getWebPushSetup } from "../devices/web-push-setup.ts";
import { ensureVapidKey } from "./vapid-keys.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, alertOf, deliver, addDevice, raise, readAt } = started;
const { services } = stack;
const send = services.webPush.send;
beforeEach(started.reset);
afterEach(() => {
  services.webPush = { ...services.webPush, send };
});
afterAll(started.stop);

/** All that waits but the question whether anyone acknowledged. */
const everythingDue = () =>
  services.db.execute("update notification_queue set due_at = now() where subject <> 'escalation'");
const waiting = async () =>
  [
    ...(await services.db.execute<{ n: number }>(
      "select count(*)::int as n from notification_queue where subject <> 'escalation'",
    )),
  ][0]?.n ?? 0;
const minute = 60_000;
/** As several workers do. */
const tellAll = () => Promise.all(Array.from({ length: 6 }, () => tellDue(services)));

describe("a push service that is down", () => {
  it("for ten minutes in a storm of 500 alerts loses none and says none twice", async () => {
    const devices = [await addDevice(analyst), await addDevice(analyst)];
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
    for (const { path } of devices) push.answer(path, 503);
    // ten kinds, fifty each
    const alerts = Array.from({ length: 500 }, (_none, index) =>
      alertOf(`down-${index}`, { alertType: `DOWN_${index % 10}` }),
    );
    for (let from = 0; from < 500; from += 100) await deliver(alerts.slice(from, from + 100));
    await tellAll();
    expect(push.received).toEqual([]);
    for (let waited = 1; waited <= 10; waited += 3) {
      clock.laterMs = waited * minute;
      await everythingDue();
      await tellAll();
    }
    expect(push.received).toEqual([]);
    expect(await waiting()).toBeGreaterThanOrEqual(20);
    for (const { path } of devices) push.answer(path, 201);
    clock.laterMs = 11 * minute;
    await everythingDue();
    await tellAll();
    for (const { path } of devices) {
      const told = readAt(path);
      expect(told).toHaveLength(10);
      expect(told.map(({ body }) => body)).toEqual(
        told.map(() => expect.stringContaining("49 more like it")),
      );
      expect(new Set(push.received.filter((one) => one.path === path).map((one) => one.topic)).size).toBe(10);
    }
    await everythingDue();
    await tellAll();
    expect(push.received).toHaveLength(20);
  }, 120_000);

  it("for longer than an hour ends what waits, says so, and tells the admins instead", async () => {
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
    const [own, other] = [await addDevice(analyst), await addDevice(admin)];
    push.answer(own.path, 503);
    const id = await raise("down-for-long");
    await tellDue(services);
    clock.laterMs = 61 * minute;
    await everythingDue();
    await tellDue(services);
    const { recipients: told } = await getDetection(admin, id);
    expect(told.find((one) => one.person === "Some analyst")).toMatchObject({
      state: "failed",
      problem: "The push service could not take it for an hour (503).",
    });
    expect(readAt(other.path)).toMatchObject([{ title: "High: down-for-long" }]);
  });

  it("for two devices of one alert at once has the admins told all the same", async () => {
    const devices = [await addDevice(analyst), await addDevice(analyst)];
    const other = await addDevice(admin);
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
    for (const { path } of devices) push.answer(path, 410);
    await raise("both-gone");
    for (const decide of await leaseDecided(services)) await decide();
    // each by a worker of its own
    const sends = [await leaseSent(services, 1), await leaseSent(services, 1)];
    expect(sends.map(({ length }) => length)).toEqual([1, 1]);
    await Promise.all(sends.flat().map((work) => work()));
    await tellDue(services);
    expect(readAt(other.path)).toMatchObject([{ title: "High: both-gone" }]);
  });

  it("for what another alert was counted in has the admins told of both", async () => {
    const device = await addDevice(analyst);
    const other = await addDevice(admin);
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
    push.answer(device.path, 410);
    await deliver(["counted-1", "counted-2"].map((name) => alertOf(name, { alertType: "COUNTED" })));
    await tellDue(services);
    expect(
      readAt(other.path)
        .map(({ title }) => title)
        .toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(["High: counted-1", "High: counted-2"]);
  });

  it("that can't be sent to at all is given up, and the admins are told instead", async () => {
    await addDevice(analyst);
    const other = await addDevice(admin);
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
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
      await tellDue(services).catch((error: unknown) => faults.push(error));
      await services.db.execute("update notification_queue set leased_until = now() - interval '1 second'");
    }
    await tellDue(services);
    expect(refusals).toBe(5);
    expect(faults.map(String)).toEqual(
      Array.from({ length: 4 }, () => expect.stringContaining("not valid for specified curve")),
    );
    expect(readAt(other.path)).toMatchObject([{ title: "High: off-the-curve" }]);
    expect(
      (await getDetection(admin, id)).recipients.find((one) => one.state === "failed")?.problem,
    ).toContain("could not be made or sent");
  });

  it("that hangs holds up nobody else's", async () => {
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
    for (const decide of await leaseDecided(services)) await decide();
    const ended = Promise.all((await leaseSent(services)).map((work) => work()));
    await expect.poll(() => readAt(fast.path)).toHaveLength(1);
    expect(readAt(slow.path)).toEqual([]);
    release();
    await ended;
    expect(readAt(slow.path)).toHaveLength(1);
  });
});

describe("a device", () => {
  it("that is removed while it is sent to leaves nothing behind, and the alert's list says so", async () => {
    const device = await addDevice(analyst);
    services.webPush = {
      ...services.webPush,
      send: async (...all) => {
        const answer = await send(...all);
        await removeDevice(analyst, device.id);
        return answer;
      },
    };
    const id = await raise("removed-mid-send");
    await tellDue(services);
    expect(await waiting()).toBe(0);
    expect(await listDevices(analyst)).toEqual([]);
    const { recipients: told } = await getDetection(admin, id);
    expect(told.find((one) => one.deviceId === device.id)).toMatchObject({ device: null, state: "accepted" });
  });

  it("is reached with the key that it subscribed with when the portal has a new one, and with that once it is opened", async () => {
    const device = await addDevice(analyst);
    await raise("old-key");
    await tellDue(services);
    const old = await getWebPushSetup(analyst);
    // made anew because no key of the keyring opened the old one, which is found again afterwards
    const first = services.keyring;
    services.keyring = [{ id: "other", key: randomBytes(32) }];
    await ensureVapidKey(services);
    services.keyring = [...first, ...services.keyring];
    const fresh = await getWebPushSetup(analyst);
    expect(fresh.publicKey).not.toBe(old.publicKey);
    await raise("new-key");
    await tellDue(services);
    expect(readAt(device.path)).toHaveLength(2);
    // its browser subscribes anew at the next opening: the old subscription is gone there
    push.answer(device.path, 410);
    const again = await addDevice(analyst);
    await raise("both-keys");
    await tellDue(services);
    expect(readAt(again.path)).toHaveLength(1);
    expect(
      (await listDevices(analyst)).map(({ isGone }) => isGone).toSorted((a, b) => Number(a) - Number(b)),
    ).toEqual([false, true]);
  });
});

describe("a worker", () => {
  it("that can't decide on one of many decides on the others, and tries that one again", async () => {
    const device = await addDevice(analyst);
    const sql = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
    try {
      await sql`create function refuse() returns trigger language plpgsql as
        $$ begin if exists (select from detections d where d.id = new.detection_id and d.title = 'bad-one')
          then raise sqlstate '22021'; end if; return new; end $$`;
      await sql`create trigger refuse before insert on notifications for each row execute function refuse()`;
      // one after the other, for those of one moment come in any order
      for (const name of ["good-one", "bad-one", "good-two"]) await raise(name);
      const [decide] = await leaseDecided(services);
      await expect(decide?.()).rejects.toThrow("could not be decided");
      await tellDue(services);
      expect(readAt(device.path).map(({ title }) => title)).toEqual(["High: good-one", "High: good-two"]);
    } finally {
      await sql`drop function refuse() cascade`;
      await sql.end();
    }
    await services.db.execute("update notification_queue set leased_until = now() - interval '1 second'");
    await tellDue(services);
    expect(readAt(device.path).map(({ title }) => title)).toContain("High: bad-one");
  });

  it("that dies between deciding and sending, or before it writes down, leaves all of it to the next", async () => {
    const device = await addDevice(analyst);
    const id = await raise("dies");
    const expire = () =>
      services.db.execute("update notification_queue set leased_until = now() - interval '1 second'");
    // claimed, and never decided
    expect(await leaseDecided(services)).toHaveLength(1);
    await expire();
    const [decide] = await leaseDecided(services);
    if (!decide) throw new Error("nothing waits");
    await decide();
    // claimed, and never sent
    expect(await leaseSent(services)).toHaveLength(1);
    await expire();
    // sent, and never written down
    services.webPush = {
      ...services.webPush,
      send: async (...all) => {
        await send(...all);
        throw new Error("killed");
      },
    };
    const [sending] = await leaseSent(services);
    if (!sending) throw new Error("nothing is to be sent");
    await expect(sending()).rejects.toThrow("killed");
    services.webPush = { ...services.webPush, send };
    await expire();
    await tellDue(services);
    // twice under one topic, so that the second takes the place of the first
    expect(readAt(device.path)).toHaveLength(2);
    expect(new Set(push.received.map((one) => one.topic)).size).toBe(1);
    expect(await started.recipientsOf(id)).toMatchObject([{ state: "accepted" }]);
  });
});
