import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { leaseDueAlertingWork, queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { listNotifications } from "#db/queries/alerting/notifications.ts";
import { newId } from "#lib/platform/ids.ts";
import { forgetAdded } from "#test/phones.ts";
import { type PushService, startPushService } from "#test/push-service.ts";
import { startTestStack, type TestStack } from "#test/stack.ts";
import { leaseSent } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { removeDevice } from "../devices/remove.ts";
import { testDevice } from "../devices/send-test.ts";
import { listDevices } from "../devices/list.ts";
import { getWebPushSetup } from "../devices/web-push-setup.ts";
import { saveDevice } from "../devices/save.ts";
import { ensureVapidKey } from "./vapid-keys.ts";
import { sendNotifications } from "./send-notifications.ts";

let stack: TestStack;
let push: PushService;
let admin: Context;
beforeAll(async () => {
  push = await startPushService();
  stack = await startTestStack();
  stack.services.webPush = {
    ...stack.services.webPush,
    subject: "mailto:soc@contoso.com",
    moreHosts: [push.host],
  };
  await ensureVapidKey(stack.services);
  admin = await stack.asMember("admin");
});
beforeEach(async () => {
  push.received.length = 0;
  await stack.services.db.execute("delete from notification_queue");
  for (const { id } of await listDevices(admin)) await removeDevice(admin, id);
});
afterAll(async () => {
  await stack.stop();
  await push.stop();
});

/** Adds a device for the person and queues a test notification to it. */
async function addTest(ctx: Context = admin) {
  const { publicKey } = await getWebPushSetup(ctx);
  const { path, endpoint, keys } = push.subscribe();
  const input = { pushSubscription: { endpoint, keys }, publicKey, userAgent: "Test", hasTouch: true };
  const { id } = await saveDevice(ctx, input);
  await forgetAdded(ctx);
  const { notificationId } = await testDevice(ctx, id);
  return { path, deviceId: id, notificationId };
}
async function addTests(count: number, ctx: Context = admin) {
  const tests: Awaited<ReturnType<typeof addTest>>[] = [];
  while (tests.length < count) tests.push(await addTest(ctx));
  return tests;
}
const leased = () => leaseDueAlertingWork(stack.services.db, "push", 60_000, 100);
const outcomes = (pieces: (() => Promise<void>)[]) =>
  Promise.all(
    pieces.map((work) =>
      work().then(
        () => "done",
        () => "failed",
      ),
    ),
  );
const statesOf = async (tests: readonly { notificationId: string }[], ctx = admin) => {
  const { organisationId } = ctx.actor;
  const ids = tests.map(({ notificationId }) => notificationId);
  const rows = await inOrganisation(stack.services.db, organisationId, (tx) =>
    listNotifications(tx, organisationId, ids),
  );
  const states = new Map(rows.map(({ notification }) => [notification.id, notification.state]));
  return ids.map((id) => states.get(id));
};

it("more notifications than database connections are sent at once", async () => {
  const tests = await addTests(20);
  const pieces: (() => Promise<void>)[] = [];
  for (const _ of tests) pieces.push(...(await leaseSent(stack.services, 1)));
  expect(pieces).toHaveLength(20);
  expect(new Set(await outcomes(pieces))).toEqual(new Set(["done"]));
  expect(push.received).toHaveLength(20);
  expect(new Set(await statesOf(tests))).toEqual(new Set(["accepted"]));
}, 20_000);

it("notifications leased together are each sent once and recorded", async () => {
  const tests = await addTests(20);
  const [gone, busy, removed] = tests;
  push.answer(gone?.path ?? "", 410);
  push.answer(busy?.path ?? "", 503, { "retry-after": "30" });
  await removeDevice(admin, removed?.deviceId);
  const pieces = sendNotifications(stack.services, await leased());
  expect(new Set(await outcomes(pieces))).toEqual(new Set(["done"]));
  expect(push.received).toHaveLength(17);
  const rest = Array.from({ length: 17 }, () => "accepted");
  expect(await statesOf(tests)).toEqual(["failed", "queued", "failed", ...rest]);
  expect((await listDevices(admin)).filter(({ isGone }) => isGone).map(({ id }) => id)).toEqual([
    gone?.deviceId,
  ]);
  expect(await leased()).toEqual([]);
}, 20_000);

it("a notification that can't be prepared doesn't hold up the others", async () => {
  const tests = await addTests(3);
  const { organisationId } = admin.actor;
  await inOrganisation(stack.services.db, organisationId, (tx) =>
    tx.execute(`update devices set push_subscription_sealed = '\\x00' where id = '${tests[0]?.deviceId}'`),
  );
  const leases = await leased();
  const broken = { ...leases.find(({ subjectId }) => subjectId === tests[1]?.notificationId) };
  const pieces = sendNotifications(
    stack.services,
    leases.map((lease) => (lease.id === broken.id ? { ...lease, subjectId: "no id" } : lease)),
  );
  expect((await outcomes(pieces)).toSorted()).toEqual(["done", "done", "failed"]);
  expect(await statesOf(tests)).toEqual(["failed", "queued", "accepted"]);
});

it("nothing is written for a notification that another worker has taken over", async () => {
  const tests = await addTests(2);
  const leases = await leased();
  const pieces = sendNotifications(stack.services, leases);
  await stack.services.db.execute(
    `update notification_queue set lease_token = gen_random_uuid() where subject_id = '${tests[0]?.notificationId}'`,
  );
  expect(await outcomes(pieces)).toEqual(["done", "done"]);
  expect(await statesOf(tests)).toEqual(["queued", "accepted"]);
});

it("each organisation's notifications are sent separately", async () => {
  const other = await stack.asMember("admin");
  const tests = await addTests(2);
  const others = await addTests(2, other);
  expect(new Set(await outcomes(await leaseSent(stack.services)))).toEqual(new Set(["done"]));
  expect(await statesOf(tests)).toEqual(["accepted", "accepted"]);
  expect(await statesOf(others, other)).toEqual(["accepted", "accepted"]);
  expect(push.received).toHaveLength(4);
});

it("sending doesn't wait for pending decisions, however many there are", async () => {
  const tests = await addTests(2);
  const { organisationId } = admin.actor;
  const waiting = Array.from({ length: 150 }, () => newId());
  await inOrganisation(stack.services.db, organisationId, (tx) =>
    queueAlertingWork(tx, organisationId, "detection", waiting, newId),
  );
  // it waits for longer than the tests do
  await stack.services.db.execute(
    "update notification_queue set due_at = now() - interval '1 minute' where subject = 'detection'",
  );
  expect(await leaseDueAlertingWork(stack.services.db, "decide", 60_000, 100)).toHaveLength(100);
  const sent = await leaseDueAlertingWork(stack.services.db, "push", 60_000, 100);
  expect(sent.map(({ subjectId }) => subjectId).toSorted()).toEqual(
    tests.map(({ notificationId }) => notificationId).toSorted(),
  );
});

it("an update that an earlier version queued isn't sent: on an iPhone it would be one more message", async () => {
  await addTest();
  await stack.services.db.execute("update notification_queue set subject = 'group_update'");
  for (const work of await leaseSent(stack.services)) await work();
  expect(push.received).toEqual([]);
  expect([...(await stack.services.db.execute("select 1 from notification_queue"))]).toEqual([]);
});
