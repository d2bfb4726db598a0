import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { startNotifying } from "#test/notifying.ts";
import { notifyDue } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { listDevices } from "../devices/list.ts";
import { removeDevice } from "../devices/remove.ts";
import { testDevice } from "../devices/send-test.ts";
import { acknowledgeNotified } from "./acknowledge-from-notification.ts";
import { recordReceipt } from "./receipt.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, addDevice } = started;
const { services } = stack;
const viewer = await stack.asMember("viewer", admin.actor.organisationId);
let count = 0;
beforeEach(async () => {
  await started.reset();
  for (const { id } of await listDevices(viewer)) await removeDevice(viewer, id);
});
afterAll(started.stop);

const raise = () => started.raise(`acting-${(count += 1)}`);
/**
 * Raises an alert that notifies each of these people on a device. Returns the detection's id and the data that each
 * device received.
 */
async function raiseFor(...people: Context[]) {
  const paths: string[] = [];
  for (const ctx of people) paths.push((await addDevice(ctx)).path);
  const id = await raise();
  await notifyDue(services);
  const data = paths.map(
    (path) => push.received.find((message) => message.path === path)?.payload.notification.data,
  );
  return { id, data: data.map((sent) => sent ?? { receipt: "" }) };
}
/** Returns for each person, by name, whether they acted on the notification. */
const actedOf = async (id: string) =>
  Object.fromEntries(
    (await getDetection(admin, id)).recipients
      .filter(({ state }) => state !== "skipped")
      .map(({ person, actedAt }) => [person, actedAt !== null]),
  );

describe("acknowledging from a notification", () => {
  it("works for the signed-in person, and can be repeated", async () => {
    const { id, data } = await raiseFor(analyst, admin);
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
    expect(timeline.filter(({ text }) => text.includes("cknowledged"))).toHaveLength(1);
  });

  it("happens once if two people do it at the same time", async () => {
    const { data } = await raiseFor(analyst, admin);
    const results = await Promise.all([
      acknowledgeNotified(analyst, data[0]),
      acknowledgeNotified(admin, data[1]),
    ]);
    expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(["acknowledged", "already"]);
  });

  it("is offered for a single unacknowledged alert to people who may acknowledge", async () => {
    const { data } = await raiseFor(analyst, viewer);
    expect(data).toMatchObject([{ canAcknowledge: true }, { canAcknowledge: false }]);
    await expect(acknowledgeNotified(viewer, data[1])).rejects.toMatchObject({ code: "forbidden" });
    push.received.length = 0;
    const [device] = await listDevices(analyst);
    await testDevice(analyst, device?.id);
    started.clock.laterMs = 61_000;
    const id = await raise();
    await started.decideDue();
    await acknowledgeDetections(admin, [id]);
    await notifyDue(services);
    const sent = push.received.map(({ payload }) => payload.notification.data);
    expect(sent).toHaveLength(3);
    expect(sent.filter(({ canAcknowledge }) => canAcknowledge)).toEqual([]);
  });

  it("is refused for a test, for another organisation and for a receipt that we didn't sign", async () => {
    const { data } = await raiseFor(analyst);
    const receipt = data[0]?.receipt ?? "";
    for (const bad of [null, {}, { receipt: 1 }, { receipt: "x".repeat(301) }, { receipt: receipt.slice(1) }])
      await expect(acknowledgeNotified(analyst, bad)).rejects.toMatchObject({ code: "not_found" });
    const other = await stack.asMember("admin");
    await expect(acknowledgeNotified(other, { receipt })).rejects.toMatchObject({ code: "conflict" });
    push.received.length = 0;
    const [device] = await listDevices(analyst);
    await testDevice(analyst, device?.id);
    await notifyDue(services);
    const test = push.received[0]?.payload.notification.data;
    await expect(acknowledgeNotified(analyst, test)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("a recipient", () => {
  it("acted if they acknowledged, which counts on all their devices and for nobody else", async () => {
    const { id } = await raiseFor(analyst, analyst, admin);
    expect(await actedOf(id)).toEqual({ "Some analyst": false, "Some admin": false });
    await acknowledgeDetections(analyst, [id]);
    expect(await actedOf(id)).toEqual({ "Some analyst": true, "Some admin": false });
    const acted = (await getDetection(admin, id)).recipients.filter(({ actedAt }) => actedAt);
    expect(acted).toHaveLength(2);
    await acknowledgeDetections(analyst, [id]);
    const after = (await getDetection(admin, id)).recipients.filter(({ actedAt }) => actedAt);
    expect(after.map(({ actedAt }) => actedAt)).toEqual(acted.map(({ actedAt }) => actedAt));
  });

  it("acted if they changed the status, but not if the change was refused", async () => {
    const { id } = await raiseFor(analyst, admin);
    const change = (ctx: Context, expected: string) =>
      setDetectionStatus(ctx, { items: [{ id, expected }], to: "in_progress", note: "Looked at it." });
    expect(await change(admin, "resolved")).toMatchObject([{ outcome: "refused" }]);
    expect(await actedOf(id)).toEqual({ "Some analyst": false, "Some admin": false });
    expect(await change(admin, "active")).toMatchObject([{ outcome: "held" }]);
    expect(await actedOf(id)).toEqual({ "Some analyst": false, "Some admin": true });
  });

  it("didn't act on a notification that wasn't accepted by then", async () => {
    await addDevice(analyst);
    const id = await raise();
    await started.decideDue();
    await acknowledgeDetections(analyst, [id]);
    await notifyDue(services);
    const { recipients } = await getDetection(admin, id);
    expect(recipients.filter(({ state }) => state !== "skipped")).toMatchObject([
      { state: "accepted", actedAt: null },
    ]);
  });
});

describe("a receipt", () => {
  it("records the first time a notification was shown and opened, if we signed it", async () => {
    await addDevice(analyst);
    const id = await raise();
    await notifyDue(services);
    const accepted = async () =>
      (await getDetection(admin, id)).recipients.find(({ state }) => state === "accepted");
    const receipt = push.received[0]?.payload.notification.data.receipt ?? "";
    expect(await recordReceipt(services, receipt, "shown")).toBe(true);
    const shown = await accepted();
    expect(shown).toMatchObject({ shownAt: expect.any(String), openedAt: null });
    clock.laterMs = 5_000;
    expect(await recordReceipt(services, receipt, "shown")).toBe(true);
    expect(await recordReceipt(services, receipt, "opened")).toBe(true);
    expect(await accepted()).toMatchObject({ shownAt: shown?.shownAt, openedAt: expect.any(String) });
    expect(await listDevices(analyst)).toMatchObject([{ lastShownAt: expect.any(String) }]);
    for (const forged of [
      "",
      "a.b.c",
      receipt.slice(0, -2),
      receipt.replace(/^./, (c) => (c === "0" ? "1" : "0")),
    ])
      expect(await recordReceipt(services, forged, "opened")).toBe(false);
  });
});
