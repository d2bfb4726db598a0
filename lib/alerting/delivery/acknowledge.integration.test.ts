import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setSessionDevice } from "#db/queries/identity/sessions.ts";
import { getUser } from "#db/queries/identity/people.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { keepPhone, raiseByWebhook } from "#test/phones.ts";
import { type PushService, startPushService } from "#test/push-service.ts";
import { webhookToken } from "#test/webhook-bodies.ts";
import { formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { save, tellDue } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { removeDevice } from "../devices/remove.ts";
import { testDevice } from "../devices/send-test.ts";
import { listDevices } from "../devices/list.ts";
import { reportDevice } from "../devices/report-permission.ts";
import { openSession } from "#lib/identity/sessions/sign-in.ts";
import { acknowledgeNotified } from "./acknowledge-from-notification.ts";
import { ensureVapidKey } from "./vapid-keys.ts";
import { getReachability } from "../devices/reachability.ts";

let stack: TestStack;
let push: PushService;
let admin: Context;
let analyst: Context;
let viewer: Context;
let token: string;
let count = 0;
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
  analyst = await stack.asMember("analyst", admin.actor.organisationId);
  viewer = await stack.asMember("viewer", admin.actor.organisationId);
  token = await webhookToken(admin);
  await save(admin, formValues);
});
beforeEach(async () => {
  push.received.length = 0;
  await stack.services.db.execute("delete from notification_queue");
  for (const ctx of [admin, analyst, viewer])
    for (const { id } of await listDevices(ctx)) await removeDevice(ctx, id);
});
afterAll(async () => {
  await stack.stop();
  await push.stop();
});

const raise = () => raiseByWebhook(admin, token, `acting-${(count += 1)}`);
/** A detection that one device of each of these people was told of, with what each device was sent. */
async function told(...people: Context[]) {
  const paths: string[] = [];
  for (const ctx of people) {
    const subscription = push.subscribe();
    await keepPhone(ctx, subscription);
    paths.push(subscription.path);
  }
  const id = await raise();
  await tellDue(stack.services);
  const data = paths.map((path) => push.received.find((one) => one.path === path)?.payload.notification.data);
  return { id, data: data.map((one) => one ?? { receipt: "" }) };
}
const actedOf = async (id: string) =>
  Object.fromEntries(
    (await getDetection(admin, id)).recipients
      .filter((one) => one.state !== "skipped")
      .map((one) => [one.person, one.actedAt !== null]),
  );

describe("acknowledging from a notification", () => {
  it("is the present verb by the person who is signed in, and says so once more when it is done already", async () => {
    const { id, data } = await told(analyst, admin);
    const [input] = data;
    expect(await acknowledgeNotified(analyst, input)).toMatchObject({ id, outcome: "acknowledged" });
    expect(await acknowledgeNotified(analyst, input)).toMatchObject({
      outcome: "already",
      by: "Some analyst",
    });
    expect(await acknowledgeNotified(admin, data[1])).toMatchObject({
      outcome: "already",
      by: "Some analyst",
    });
    const { acknowledgedBy, timeline } = await getDetection(admin, id);
    expect(acknowledgedBy).toBe("Some analyst");
    expect(timeline.filter((one) => one.text.includes("cknowledged"))).toHaveLength(1);
  });

  it("is one when two do it at once", async () => {
    const { data } = await told(analyst, admin);
    const results = await Promise.all([
      acknowledgeNotified(analyst, data[0]),
      acknowledgeNotified(admin, data[1]),
    ]);
    expect(results.map((one) => one.outcome).toSorted()).toEqual(["acknowledged", "already"]);
  });

  it("is offered for one alert that nobody has acknowledged, to who may", async () => {
    const { data } = await told(analyst, viewer);
    expect(data).toMatchObject([{ canAcknowledge: true }, { canAcknowledge: false }]);
    await expect(acknowledgeNotified(viewer, data[1])).rejects.toMatchObject({ code: "forbidden" });
    push.received.length = 0;
    const [device] = await listDevices(analyst);
    await testDevice(analyst, device?.id);
    const id = await raise();
    await acknowledgeDetections(admin, [id]);
    await tellDue(stack.services);
    const sent = push.received.map((one) => one.payload.notification.data);
    expect(sent).toHaveLength(3);
    expect(sent.filter((one) => one.canAcknowledge)).toEqual([]);
  });

  it("of a test, of another organisation, or of what we didn't sign is refused", async () => {
    const { data } = await told(analyst);
    const receipt = data[0]?.receipt ?? "";
    for (const bad of [null, {}, { receipt: 1 }, { receipt: "x".repeat(301) }, { receipt: receipt.slice(1) }])
      await expect(acknowledgeNotified(analyst, bad)).rejects.toMatchObject({ code: "not_found" });
    const other = await stack.asMember("admin");
    await expect(acknowledgeNotified(other, { receipt })).rejects.toMatchObject({ code: "conflict" });
    push.received.length = 0;
    const [device] = await listDevices(analyst);
    await testDevice(analyst, device?.id);
    await tellDue(stack.services);
    const test = push.received[0]?.payload.notification.data;
    await expect(acknowledgeNotified(analyst, test)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("who was notified", () => {
  it("acted when they acknowledged, on all their devices, and nobody else did", async () => {
    const { id } = await told(analyst, analyst, admin);
    expect(await actedOf(id)).toEqual({ "Some analyst": false, "Some admin": false });
    await acknowledgeDetections(analyst, [id]);
    expect(await actedOf(id)).toEqual({ "Some analyst": true, "Some admin": false });
    const rows = (await getDetection(admin, id)).recipients.filter((one) => one.actedAt);
    expect(rows).toHaveLength(2);
    await acknowledgeDetections(analyst, [id]);
    const after = (await getDetection(admin, id)).recipients.filter((one) => one.actedAt);
    expect(after.map((one) => one.actedAt)).toEqual(rows.map((one) => one.actedAt));
  });

  it("acted when they changed its status; a change that was refused is none", async () => {
    const { id } = await told(analyst, admin);
    const change = (ctx: Context, expected: string) =>
      setDetectionStatus(ctx, { items: [{ id, expected }], to: "in_progress", note: "" });
    expect(await change(admin, "resolved")).toMatchObject([{ outcome: "refused" }]);
    expect(await actedOf(id)).toEqual({ "Some analyst": false, "Some admin": false });
    expect(await change(admin, "active")).toMatchObject([{ outcome: "held" }]);
    expect(await actedOf(id)).toEqual({ "Some analyst": false, "Some admin": true });
  });

  it("didn't act on what had not reached the push service by then", async () => {
    await keepPhone(analyst, push.subscribe());
    const id = await raise();
    await acknowledgeDetections(analyst, [id]);
    await tellDue(stack.services);
    const { recipients: all } = await getDetection(admin, id);
    expect(all.filter((one) => one.state !== "skipped")).toMatchObject([
      { state: "accepted", actedAt: null },
    ]);
  });
});

describe("a browser that blocks notifications", () => {
  async function opened(ctx: Context, subscription: ReturnType<PushService["subscribe"]>) {
    const user = await getUser(stack.services.db, ctx.actor.kind === "user" ? ctx.actor.userId : "");
    if (!user) throw new Error("no person");
    const sessionId = await openSession(stack.services, user, ctx.actor.organisationId, "test");
    return { sessionId, id: await keepPhone(ctx, subscription, sha256(sessionId)), hash: sha256(sessionId) };
  }

  it("is sent nothing, is said to be blocked to its person and the admins, and heals when it allows them", async () => {
    const subscription = push.subscribe();
    const { sessionId, id, hash } = await opened(analyst, subscription);
    for (const permission of ["denied", "default"] as const) {
      await reportDevice(analyst, permission, hash);
      expect(await listDevices(analyst)).toMatchObject([{ id, permission }]);
      const team = (await getReachability(admin)).people.flatMap((one) => one.devices);
      expect(team).toMatchObject([{ id, permission }]);
      await expect(testDevice(analyst, id)).rejects.toMatchObject({ code: "conflict" });
      const nobody = await raise();
      await tellDue(stack.services);
      expect((await getDetection(admin, nobody)).timeline[0]?.text).toContain("Nobody was notified");
      expect(push.received).toEqual([]);
    }
    expect(await keepPhone(analyst, subscription, sha256(sessionId))).toBe(id);
    await raise();
    await tellDue(stack.services);
    expect(push.received).toHaveLength(1);
  });

  it("without a subscription is gone until it has one again", async () => {
    const subscription = push.subscribe();
    const { id, hash, sessionId } = await opened(analyst, subscription);
    await reportDevice(analyst, "granted", hash);
    expect(await listDevices(analyst)).toMatchObject([{ id, isGone: true }]);
    await keepPhone(analyst, subscription, sha256(sessionId));
    expect(await listDevices(analyst)).toMatchObject([{ id, isGone: false }]);
  });

  it("says nothing of another person's device, and nothing that isn't a permission", async () => {
    const { id } = await opened(analyst, push.subscribe());
    const { hash } = await opened(admin, push.subscribe());
    await setSessionDevice(stack.services.db, hash, id);
    await reportDevice(admin, "denied", hash);
    expect(await listDevices(analyst)).toMatchObject([{ id, permission: "granted" }]);
    for (const bad of ["", "Denied", null, { permission: "denied" }])
      await expect(reportDevice(admin, bad, hash)).rejects.toMatchObject({ code: "invalid" });
  });
});
