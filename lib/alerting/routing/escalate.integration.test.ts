import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type MailService, startMailService } from "#test/mail-service.ts";
import { startNotifying, switchedOff } from "#test/notifying.ts";
import { notifyDue, sendDue } from "#test/steps.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { undoStatusChanges } from "#lib/triage/undo-status.ts";
import { setNotificationPolicy } from "../preferences/set-policy.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, addDevice, raise, makeDue, statesOf, takeReceived } = started;
const { services } = stack;
beforeEach(started.reset);
afterAll(started.stop);

/** Makes all queued escalations due and does the work. Repeats this `steps` times. */
async function escalateDue(steps = 1): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await makeDue("escalation");
    await notifyDue(services);
  }
}

describe("a High alert that nobody acknowledges", () => {
  it("is escalated to everyone who may see it, then to the admins again, and then no more", async () => {
    const [ofAdmin, ofAnalyst] = [await addDevice(admin), await addDevice(analyst)];
    await setOwnPreferences(admin, { ...switchedOff, severities: [] });
    const takePaths = () => push.received.splice(0).map(({ path }) => path);
    const id = await raise("escalates-1");
    await notifyDue(services);
    expect(takePaths()).toEqual([ofAnalyst.path]);
    const [dueIn] = await started.dueInSeconds("escalation");
    expect(dueIn).toBeGreaterThan(290);
    await escalateDue();
    expect(push.received[0]?.payload.notification.body).toContain("Nobody has acknowledged it for 5 minutes");
    expect(takePaths().toSorted()).toEqual([ofAdmin.path, ofAnalyst.path].toSorted());
    await escalateDue();
    expect(takePaths()).toEqual([ofAdmin.path]);
    await makeDue("escalation");
    expect(await notifyDue(services)).toBe(0);
    const texts = (await getDetection(admin, id)).timeline.map(({ text }) => text);
    expect(texts[0]).toContain("within 10 minutes, so the admins were notified again");
    expect(texts[1]).toContain("within 5 minutes, so everyone on call was notified");
  });

  it("is escalated after the minutes that hold by then, and says them", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    const escalateAfter = (escalateMinutes: number) =>
      setNotificationPolicy(admin, { freshMinutes: 60, escalateMinutes, isPrivate: false });
    const dueIn = async () => Math.ceil(((await started.dueInSeconds("escalation"))[0] ?? 0) / 60);
    try {
      await escalateAfter(30);
      await raise("minutes-change");
      await notifyDue(services);
      expect(await dueIn()).toBe(30);
      await escalateAfter(45);
      expect(await dueIn()).toBe(45);
      await escalateAfter(7);
      expect(await dueIn()).toBe(7);
      await started.advance(7 * 60_000);
      expect(started.readAt(path)).toMatchObject([
        { title: "High: minutes-change" },
        { body: expect.stringContaining("for 7 minutes") },
      ]);
    } finally {
      await escalateAfter(5);
    }
  });

  it("isn't escalated once it is acknowledged", async () => {
    await addDevice(analyst);
    const id = await raise("ends-acknowledged");
    await notifyDue(services);
    expect(push.received).toHaveLength(1);
    await acknowledgeDetections(analyst, [id]);
    await escalateDue();
    expect(push.received).toHaveLength(1);
  });

  it("isn't escalated once it is resolved in Azure", async () => {
    await addDevice(analyst);
    await raise("ends-resolved");
    await notifyDue(services);
    expect(push.received).toHaveLength(1);
    await raise("ends-resolved", {
      status: "Resolved",
      processingEndTimeUtc: new Date(Date.now() + 60_000).toISOString(),
    });
    await escalateDue();
    expect(push.received).toHaveLength(1);
  });

  it("is escalated with the others that are due, so a storm escalates only once after five minutes", async () => {
    await addDevice(analyst);
    for (let index = 0; index < 5; index++)
      await raise(`unacknowledged-${index}`, { alertType: "VM_Unacknowledged" });
    await notifyDue(services);
    push.received.length = 0;
    clock.laterMs = 300_000;
    await escalateDue();
    expect(takeReceived()).toMatchObject([{ title: "5 High unacknowledged for 5 min: vm-pay-01" }]);
  });
});

describe("a decision that doesn't stand gives the escalation back", () => {
  /** Raises an alert that notifies the analyst, who then resolves it. Returns the ids of detection and change. */
  async function resolved(name: string): Promise<{ id: string; changeId: string }> {
    await addDevice(analyst);
    const id = await raise(name);
    await notifyDue(services);
    const [result] = await setDetectionStatus(analyst, {
      items: [{ id, expected: "active" }],
      to: "resolved",
      note: "Looked at it.",
    });
    if (result?.outcome !== "held") throw new Error(JSON.stringify(result));
    // it waits while the change is under way
    await escalateDue(2);
    expect(takeReceived()).toHaveLength(1);
    return { id, changeId: result.changeId };
  }
  const escalates = async (id: string) => {
    expect((await getDetection(admin, id)).acknowledgedBy).toBeNull();
    await escalateDue();
    expect(takeReceived()).toMatchObject([{ body: expect.stringContaining("Nobody has acknowledged it") }]);
  };

  it("when it is undone", async () => {
    const { id, changeId } = await resolved("given-back-by-undo");
    expect(await undoStatusChanges(analyst, [changeId])).toEqual([{ changeId, undone: true }]);
    await escalates(id);
  });

  it("when the vendor doesn't carry it out", async () => {
    // Azure doesn't know an alert that only the webhook brought
    const { id } = await resolved("given-back-by-refusal");
    await sendDue(services);
    expect((await getDetection(admin, id)).syncState).toBe("failed");
    await notifyDue(services);
    expect(takeReceived()).toMatchObject([{ title: "Not saved: given-back-by-refusal" }]);
    await escalates(id);
  });

  it("but not what somebody had acknowledged before", async () => {
    await addDevice(analyst);
    const id = await raise("acknowledged-before");
    await notifyDue(services);
    takeReceived();
    await acknowledgeDetections(analyst, [id]);
    const [result] = await setDetectionStatus(analyst, {
      items: [{ id, expected: "active" }],
      to: "resolved",
      note: "Looked at it.",
    });
    await undoStatusChanges(analyst, [result?.outcome === "held" ? result.changeId : ""]);
    await escalateDue(2);
    expect([takeReceived(), (await getDetection(admin, id)).acknowledgedBy]).toEqual([
      [],
      analyst.actor.name,
    ]);
  });
});

describe("a High alert that nobody acknowledges, by e-mail", () => {
  let mail: MailService;
  const sendWithoutMail = services.mail;
  beforeAll(async () => {
    mail = await startMailService();
    services.mail = mail.asWayOut();
  });
  beforeEach(() => {
    mail.received.length = 0;
  });
  afterAll(async () => {
    services.mail = sendWithoutMail;
    await mail.stop();
  });

  it("is sent to the admins once more if nobody has a device", async () => {
    await raise("no-device-anywhere");
    await notifyDue(services);
    await escalateDue(3);
    expect(mail.received).toHaveLength(2);
  });

  it("is sent to the admins after twice the minutes unless somebody has acted by then", async () => {
    await addDevice(admin);
    const id = await raise("unacknowledged-mail");
    await notifyDue(services);
    await escalateDue(2);
    expect(mail.received).toHaveLength(1);
    expect(mail.received[0]?.raw).toMatch(/Nobody has acknowledged it for 10/);
    const closed = await raise("closed-in-time");
    await notifyDue(services);
    await setDetectionStatus(admin, { items: [{ id: closed, expected: "active" }], to: "in_progress" });
    await escalateDue();
    expect(mail.received).toHaveLength(1);
    expect((await statesOf(id)).length).toBeGreaterThan(2);
  });
});
