import { randomBytes } from "node:crypto";
import { afterAll, beforeEach, expect, it } from "vitest";
import { getVapidKey } from "#db/queries/alerting/vapid-keys.ts";
import { startNotifying } from "#test/notifying.ts";
import { notifyDue } from "#test/steps.ts";
import { listDevices } from "../devices/list.ts";
import { getWebPushSetup } from "../devices/web-push-setup.ts";
import { currentVapidKey, ensureVapidKey } from "./vapid-keys.ts";

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

it("an older pair still signs for the devices that subscribed with it, until they subscribe again", async () => {
  const device = await addDevice(analyst);
  await raise("old-key");
  await notifyDue(services);
  const old = await getWebPushSetup(analyst);
  // made because no key of the keyring opened the old one, which does again afterwards
  const keyring = services.keyring;
  services.keyring = [{ id: "other", key: randomBytes(32) }];
  await ensureVapidKey(services);
  services.keyring = [...keyring, ...services.keyring];
  const fresh = await getWebPushSetup(analyst);
  expect(fresh.publicKey).not.toBe(old.publicKey);
  await raise("new-key");
  await notifyDue(services);
  expect(readAt(device.path)).toHaveLength(2);
  // the browser subscribes again at the next opening, and its old subscription is gone
  push.answer(device.path, 410);
  const again = await addDevice(analyst);
  await raise("both-keys");
  await notifyDue(services);
  expect(readAt(again.path)).toHaveLength(1);
  expect(
    (await listDevices(analyst)).map(({ isGone }) => isGone).toSorted((a, b) => Number(a) - Number(b)),
  ).toEqual([false, true]);
});
