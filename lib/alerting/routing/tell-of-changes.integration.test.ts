import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Context } from "#lib/core/context.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { getDetection } from "#lib/triage/get.ts";
import { giveUpChanges } from "#lib/triage/give-up.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { takeOverDetections } from "#lib/triage/take-over.ts";
import { undoStatusChanges } from "#lib/triage/undo-status.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";
import { setNotificationPolicy } from "../preferences/set-policy.ts";
import { production } from "#test/form.ts";
import { startNotifying, switchedOff } from "#test/notifying.ts";
import { feed, notifyDue, pollNow, sendDue } from "#test/steps.ts";

const started = await startNotifying();
const { stack, admin, analyst, addDevice, readAt } = started;
const { services } = stack;
let path: string;
beforeEach(async () => {
  await started.reset();
  await setNotificationPolicy(admin, { isPrivate: false });
  await stack.control("DELETE", "/faults");
  services.undoWindowMs = 0;
  ({ path } = await addDevice(analyst));
});
afterAll(started.stop);

const nameOf = (ctx: Context) => ctx.actor.name;
const userIdOf = (ctx: Context) => (ctx.actor.kind === "user" ? ctx.actor.userId : "");

/** Raises Low alerts at Azure, about which nobody is notified, and reads them. Returns their detections' ids. */
async function raised(...titles: string[]): Promise<string[]> {
  for (const alertDisplayName of titles)
    await stack.control("POST", "/alerts", {
      subscriptionId: production,
      properties: { alertDisplayName, severity: "Low", compromisedEntity: "vm-pay-01" },
    });
  await pollNow(services);
  const ids = [];
  for (const title of titles) ids.push((await feed(admin, { q: title, view: "all" })).items[0]?.id ?? "");
  await started.reset();
  ({ path } = await addDevice(analyst));
  return ids;
}
const close = (ctx: Context, ids: readonly string[]) =>
  setDetectionStatus(ctx, {
    items: ids.map((id) => ({ id, expected: "active" })),
    to: "resolved",
    note: "ours",
  });
const refuseWrites = () =>
  stack.control("POST", "/faults", {
    target: "status",
    kind: "arm",
    error: "AuthorizationFailed",
    times: 50,
  });
const told = async () => {
  await notifyDue(services);
  return readAt(path);
};

describe("a change that the vendor didn't save", () => {
  it("is told to its maker at once, with the vendor's answer", async () => {
    const ids = await raised("not-saved-1");
    await close(analyst, ids);
    await refuseWrites();
    await sendDue(services);
    expect(await told()).toEqual([
      {
        title: "Not saved: not-saved-1",
        body: expect.stringMatching(/^vm-pay-01 · Azure refused the change/),
      },
    ]);
    expect(await told()).toHaveLength(1);
  });

  it("and those of the next minute are told together, without what was settled meanwhile", async () => {
    const [first = "", ...others] = await raised(
      "storm-1",
      "storm-2",
      "storm-3",
      "storm-4",
      "storm-5",
      "storm-6",
    );
    await refuseWrites();
    await close(analyst, [first]);
    await sendDue(services);
    await told();
    await close(analyst, others);
    // a few at a time, as the vendor's pace allows
    while ((await sendDue(services)) > 0);
    expect(await told()).toHaveLength(1);
    await giveUpChanges(analyst, others.slice(0, 1));
    await started.advance(61_000);
    expect(readAt(path).slice(1)).toEqual([
      {
        title: "Your changes of 4 alerts weren't saved",
        body: expect.stringMatching(/^vm-pay-01: storm-\d\nvm-pay-01: storm-\d\nvm-pay-01: storm-\d\n\+1$/),
      },
    ]);
  });

  it("is told to nobody once it was given up, if notifications are off, or if a program asked", async () => {
    const [given = "", off = ""] = await raised("quiet-1", "quiet-2");
    await refuseWrites();
    await close(analyst, [given]);
    await sendDue(services);
    await giveUpChanges(analyst, [given]);
    await setOwnPreferences(analyst, switchedOff);
    await close(analyst, [off]);
    await sendDue(services);
    expect(await told()).toEqual([]);
    const left = await services.db.execute("select 1 from notification_queue where subject = 'not_saved'");
    expect(left).toHaveLength(0);
  });

  it("is told without a word of the alert if the organisation's texts are private", async () => {
    const ids = await raised("private-1");
    await refuseWrites();
    await setNotificationPolicy(admin, { isPrivate: true });
    await close(analyst, ids);
    await sendDue(services);
    expect(await told()).toEqual([{ title: "Your change wasn't saved", body: "" }]);
  });
});

describe("an alert that somebody takes over", () => {
  it("is told to its owner once that can't be undone any more", async () => {
    const [kept = "", undone = ""] = await raised("taken-1", "taken-2");
    services.undoWindowMs = 8_000;
    await acknowledgeDetections(analyst, [kept, undone]);
    const from = userIdOf(analyst);
    const results = await takeOverDetections(admin, [
      { id: kept, from },
      { id: undone, from },
    ]);
    const changeId = results.flatMap((result) => ("changeId" in result ? [result.changeId] : []))[1] ?? "";
    await undoStatusChanges(admin, [changeId]);
    expect(await told()).toEqual([]);
    await started.advance(9_000);
    expect(readAt(path)).toEqual([{ title: `${nameOf(admin)} took over: taken-1`, body: "vm-pay-01" }]);
    expect((await getDetection(admin, undone)).ownerId).toBe(from);
  });

  it("by a decision is told once the vendor has confirmed it, and not if the vendor refuses it", async () => {
    const [confirmed = "", refused = ""] = await raised("decided-1", "decided-2");
    await acknowledgeDetections(analyst, [confirmed, refused]);
    await close(admin, [confirmed]);
    await sendDue(services);
    await refuseWrites();
    await close(admin, [refused]);
    await sendDue(services);
    await started.advance(61_000);
    expect(readAt(path)).toEqual([{ title: `${nameOf(admin)} took over: decided-1`, body: "vm-pay-01" }]);
  });
});
