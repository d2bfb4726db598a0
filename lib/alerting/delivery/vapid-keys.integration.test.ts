import { randomBytes } from "node:crypto";
import { afterAll, beforeEach, expect, it } from "vitest";
import { getVapidKey, listVapidKeys } from "#db/queries/alerting/vapid-keys.ts";
import { startNotifying } from "#test/notifying.ts";
import { notifyDue } from "#test/steps.ts";
import { listDevices } from "../devices/list.ts";
import { getWebPushSetup } from "../devices/web-push-setup.ts";
import { getKeyStanding } from "../keys.ts";
import { currentVapidKey, ensureVapidKey, replaceVapidKey } from "./vapid-keys.ts";

const started = await startNotifying();
const { push, analyst, addDevice, raise, readAt } = started;
const { services } = started.stack;
beforeEach(started.reset);
afterAll(started.stop);

it("a pair of keys is created once, even by two concurrent starts, and stored sealed", async () => {
  const before = await currentVapidKey(services);
  await Promise.all([ensureVapidKey(services), ensureVapidKey(services)]);
  expect(await currentVapidKey(services)).toEqual(before);
  const row = await getVapidKey(services.db, before?.id ?? "");
  expect(row?.publicKey).toBe(before?.publicKey);
  expect(row?.privateSealed.length).toBeGreaterThan(60);
});

it("no second pair is created while the keyring doesn't open the first, and every screen says so", async () => {
  const device = await addDevice(analyst);
  const { keyring } = services;
  const before = await listVapidKeys(services.db);
  services.keyring = [{ id: "other", key: randomBytes(32) }];
  await ensureVapidKey(services);
  expect(await listVapidKeys(services.db)).toEqual(before);
  expect(started.stack.logged.join("\n")).toContain("vapid_keys.unopened");
  expect(await getWebPushSetup(analyst)).toEqual({
    publicKey: null,
    problem: expect.stringContaining("put the removed key back") as unknown,
  });
  expect((await getKeyStanding(started.admin)).missing).toContain("vapid-private-key");
  // as soon as the key is back, the devices are reached again
  services.keyring = [...services.keyring, ...keyring];
  await raise("key-back");
  await notifyDue(services);
  expect(readAt(device.path)).toHaveLength(1);
  services.keyring = keyring;
});

it("an older pair still signs for the devices that subscribed with it, until they subscribe again", async () => {
  const device = await addDevice(analyst);
  await raise("old-key");
  await notifyDue(services);
  const old = await getWebPushSetup(analyst);
  await replaceVapidKey(services);
  const fresh = await getWebPushSetup(analyst);
  expect(fresh.publicKey).not.toBe(old.publicKey);
  started.clock.laterMs = 61_000;
  await raise("new-key");
  await notifyDue(services);
  expect(readAt(device.path)).toHaveLength(2);
  // the browser subscribes again at the next opening, and its old subscription is gone
  push.answer(device.path, 410);
  const again = await addDevice(analyst);
  started.clock.laterMs = 122_000;
  await raise("both-keys");
  await notifyDue(services);
  expect(readAt(again.path)).toHaveLength(1);
  expect(
    (await listDevices(analyst)).map(({ isGone }) => isGone).toSorted((a, b) => Number(a) - Number(b)),
  ).toEqual([false, true]);
});
