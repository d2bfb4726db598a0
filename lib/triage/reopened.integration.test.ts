import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Context } from "#lib/core/context.ts";
import { removeMember } from "#lib/identity/team/members.ts";
import { startEscalations, steps, userIdOf } from "#test/escalations.ts";
import { leaseDecided, notifyDue, sendDue } from "#test/steps.ts";
import { acknowledgeDetections } from "./acknowledge.ts";
import { getDetection } from "./get.ts";
import { undoStatusChanges } from "./undo-status.ts";

const run = await startEscalations();
const { stack, admin, raised, polled, atAzure, ask, later, fire, reasons, takeReceived } = run;
const { services } = stack;
let analyst: Context;
beforeEach(async () => {
  analyst = await run.begin();
});
afterAll(run.stop);

/** Raises an alert that an analyst owns and that is then closed at the vendor. */
async function closed(properties: object = {}) {
  const alert = await raised(properties);
  await acknowledgeDetections(analyst, [alert.id]);
  await atAzure(alert.name, "Dismissed");
  await polled();
  await run.makeDue("escalation");
  await fire();
  takeReceived();
  // the next message sounds at once
  later(2);
  return alert;
}
/** Sees both steps of a fresh escalation fire, each after its time. */
async function escalatesAfresh(id: string): Promise<void> {
  const [due] = await run.dueInSeconds("escalation");
  expect(due).toBeGreaterThan(290);
  later(5);
  await run.makeDue("escalation");
  await fire();
  expect(await reasons(id)).toEqual(steps.slice(0, 2));
  takeReceived();
  await run.escalatesOnceMore(id);
}

describe("an alert that is reopened at the vendor", () => {
  it("notifies like a new one, whatever its age, and escalates afresh", async () => {
    const { id, name } = await closed();
    later(3 * 60);
    await atAzure(name, "Active");
    await polled();
    await polled();
    expect((await getDetection(admin, id)).acknowledgedBy).toBeNull();
    await fire();
    expect([takeReceived().length, await reasons(id)]).toEqual([1, ["raised"]]);
    await escalatesAfresh(id);
    const { timeline } = await getDetection(admin, id);
    expect(timeline.map(({ text }) => text)).toContain("Reopened in Azure: Dismissed → Active");
    // a second reopening is a round of its own
    later(2);
    await atAzure(name, "Resolved");
    await polled();
    await atAzure(name, "Active");
    await polled();
    await fire();
    expect([takeReceived().length, await reasons(id)]).toEqual([1, ["raised"]]);
  });

  it("notifies once if the worker dies before it decides, and with two workers", async () => {
    const { id, name } = await closed();
    await atAzure(name, "Active");
    await polled();
    expect(await leaseDecided(services)).toHaveLength(1);
    await fire();
    expect(takeReceived()).toEqual([]);
    await run.expireLeases();
    await Promise.all([notifyDue(services), notifyDue(services)]);
    await polled();
    await fire();
    expect([takeReceived().length, await reasons(id)]).toEqual([1, ["raised"]]);
  });

  it("notifies nobody if it is a sample, or if a person here reopened it", async () => {
    const sample = await closed({ alertType: "SIMULATED_reopened" });
    await atAzure(sample.name, "Active");
    await polled();
    const own = await closed();
    await ask(analyst, own.id, "active", "dismissed");
    await sendDue(services);
    await polled();
    const seenByPoll = await closed();
    await ask(admin, seenByPoll.id, "active", "dismissed");
    await atAzure(seenByPoll.name, "Active");
    await polled();
    await sendDue(services);
    await fire();
    expect(takeReceived()).toEqual([]);
    expect((await getDetection(admin, own.id)).acknowledgedBy).toBe(analyst.actor.name);
    expect((await getDetection(admin, seenByPoll.id)).acknowledgedBy).toBe(admin.actor.name);
  });

  it("notifies once a pending Reopen of a person here doesn't stand, although it asked for the same", async () => {
    const undone = await closed();
    services.undoWindowMs = 600_000;
    const changeId = await ask(analyst, undone.id, "active", "dismissed");
    await atAzure(undone.name, "Active");
    await polled();
    await fire();
    expect(takeReceived()).toEqual([]);
    await undoStatusChanges(analyst, [changeId]);
    await polled();
    await fire();
    expect([takeReceived().length, await reasons(undone.id)]).toEqual([1, ["raised"]]);
    expect((await getDetection(admin, undone.id)).acknowledgedBy).toBeNull();
    await escalatesAfresh(undone.id);

    services.undoWindowMs = 0;
    const refused = await closed();
    await ask(analyst, refused.id, "active", "dismissed");
    await atAzure(refused.name, "Active");
    await polled();
    await removeMember(admin, { userId: userIdOf(analyst) });
    await sendDue(services);
    await fire();
    expect((await getDetection(admin, refused.id)).syncState).toBe("failed");
    expect([takeReceived().length, await reasons(refused.id)]).toEqual([1, ["raised"]]);
    await fire();
    expect(takeReceived()).toEqual([]);
  });

  it("notifies if the read-back of a failed change finds it", async () => {
    const { id, name } = await closed();
    await ask(analyst, id, "active", "dismissed");
    await atAzure(name, "InProgress");
    await sendDue(services);
    expect((await getDetection(admin, id)).syncState).toBe("diverged");
    await fire();
    expect([takeReceived().length, await reasons(id)]).toEqual([1, ["raised"]]);
  });

  it("notifies if the webhook alone brings it, but not for a status in another form", async () => {
    let at = Date.now();
    const deliver = async (status: string) => {
      const processingEndTimeUtc = new Date((at += 60_000)).toISOString();
      const id = await run.raise("by-webhook", { status, processingEndTimeUtc });
      await fire();
      return id;
    };
    const id = await deliver("Active");
    expect(takeReceived()).toHaveLength(1);
    for (const form of ["New", "ACTIVE", "active"]) await deliver(form);
    await deliver("Resolved");
    for (const form of ["RESOLVED", "resolved", "Dismissed", "dismissed"]) await deliver(form);
    expect([takeReceived(), await reasons(id)]).toEqual([[], ["raised"]]);
    later(2);
    await deliver("Active");
    await deliver("active");
    expect([takeReceived().length, await reasons(id)]).toEqual([1, ["raised"]]);
    await escalatesAfresh(id);
  });
});
