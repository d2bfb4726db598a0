import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { getVapidKey } from "#db/queries/alerting/vapid-keys.ts";
import { defaultPreferences } from "#lib/domain/recipients.ts";
import { defaultPolicy } from "#lib/domain/notification-policy.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { startNotifying } from "#test/notifying.ts";
import { formValues } from "#test/stack.ts";
import { leaseDecided, feed, tellDue } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { getDetection } from "#lib/triage/get.ts";
import { removeDevice } from "../devices/remove.ts";
import { renameDevice } from "../devices/rename.ts";
import { testDevice } from "../devices/send-test.ts";
import { setDeviceActive } from "../devices/set-active.ts";
import { listDevices } from "../devices/list.ts";
import { getWebPushSetup } from "../devices/web-push-setup.ts";
import { getCurrentPerson, signOut } from "#lib/identity/sessions/current.ts";
import { openSession } from "#lib/identity/sessions/sign-in.ts";
import { removeMember } from "#lib/identity/team/members.ts";
import { currentVapidKey, ensureVapidKey } from "./vapid-keys.ts";
import { getReachability } from "../devices/reachability.ts";
import { recordReceipt } from "./receipt.ts";
import { setNotificationPolicy } from "../preferences/set-policy.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, alertOf, deliver, addDevice, raise, recipientsOf, makeDue } =
  started;
beforeEach(started.reset);
afterAll(started.stop);

/** Decides what is due and sends nothing; says how many pieces of work that were. */
const decideDue = async () => {
  const pieces = await leaseDecided(stack.services);
  for (const decide of pieces) await decide();
  return pieces.length;
};

describe("a new High alert", () => {
  it("is told once on each device of everyone who may see it, encrypted for that device alone", async () => {
    const devices = [await addDevice(admin), await addDevice(analyst), await addDevice(analyst)];
    const id = await raise("rings-1");
    await tellDue(stack.services);
    expect(push.received.map((one) => one.path).toSorted()).toEqual(
      devices.map((one) => one.path).toSorted(),
    );
    const [one] = push.received;
    expect(one).toMatchObject({
      payload: {
        web_push: 8030,
        notification: { title: "High: rings-1", body: formValues.displayName },
      },
      ttl: "3600",
      urgency: "high",
      topic: id.replaceAll("-", ""),
      claims: { sub: "mailto:soc@contoso.com" },
    });
    expect(one?.payload.notification.navigate).toContain(`http://localhost:3000/detections/${id}?told=`);
    expect(JSON.stringify(one?.payload).length).toBeLessThan(3_000);
    expect(await recipientsOf(id)).toEqual(
      devices.map(() => ({ device: "Safari on iPhone or iPad", state: "accepted", problem: null })),
    );
    // the same alert again, and the same work once more
    await raise("rings-1", { description: "Changed." });
    expect(await tellDue(stack.services)).toBe(0);
    expect(push.received).toHaveLength(3);
  });

  it("says when it was shown and opened, each once, to whoever holds the signed receipt and nobody else", async () => {
    await addDevice(analyst);
    const id = await raise("rings-2");
    await tellDue(stack.services);
    const receipt = push.received[0]?.payload.notification.data.receipt ?? "";
    expect(await recordReceipt(stack.services, receipt, "shown")).toBe(true);
    const first = (await getDetection(admin, id)).recipients.find((one) => one.state === "accepted");
    expect(first).toMatchObject({ shownAt: expect.any(String), openedAt: null });
    clock.laterMs = 5_000;
    expect(await recordReceipt(stack.services, receipt, "shown")).toBe(true);
    expect(await recordReceipt(stack.services, receipt, "opened")).toBe(true);
    const second = (await getDetection(admin, id)).recipients.find((one) => one.state === "accepted");
    expect(second).toMatchObject({ shownAt: first?.shownAt, openedAt: expect.any(String) });
    expect(await listDevices(analyst)).toMatchObject([{ lastShownAt: expect.any(String) }]);
    for (const forged of [
      "",
      "a.b.c",
      receipt.slice(0, -2),
      receipt.replace(/^./, (c) => (c === "0" ? "1" : "0")),
    ])
      expect(await recordReceipt(stack.services, forged, "opened")).toBe(false);
  });

  it("doesn't ring when it is history, a sample, closed, or of a severity that nobody wishes to be told of", async () => {
    await addDevice(analyst);
    await raise("quiet-1", {}, 61 * 60_000);
    await raise("quiet-2", { alertType: "SIMULATED_X" });
    await raise("quiet-3", { status: "Resolved" });
    expect(await tellDue(stack.services)).toBe(0);
    const id = await raise("quiet-4", { severity: "Medium" });
    await tellDue(stack.services);
    expect(push.received).toEqual([]);
    expect((await getDetection(admin, id)).timeline.map((one) => one.text).join()).not.toContain("notified");
    await raise("loud", {}, 59 * 60_000);
    await tellDue(stack.services);
    expect(push.received).toHaveLength(1);
  });

  it("goes to those who wish to be told of its severity, and to the admins when it is High and nobody does", async () => {
    const [ofAdmin, ofAnalyst] = [await addDevice(admin), await addDevice(analyst)];
    await setOwnPreferences(analyst, { ...defaultPreferences, isOn: true, severities: ["medium"] });
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false, severities: [] });
    try {
      await raise("wished-1", { severity: "Medium" });
      await tellDue(stack.services);
      expect(push.received.map((one) => one.path)).toEqual([ofAnalyst.path]);
      const id = await raise("wished-2");
      await tellDue(stack.services);
      expect(push.received.map((one) => one.path)).toEqual([ofAnalyst.path, ofAdmin.path]);
      expect((await getDetection(admin, id)).timeline[0]?.text).toContain("The admins were notified");
      await expect(
        setOwnPreferences(analyst, { ...defaultPreferences, isOn: true, severities: [] }),
      ).rejects.toThrow("at least one severity");
    } finally {
      for (const ctx of [admin, analyst]) await setOwnPreferences(ctx, defaultPreferences);
    }
  });

  it("that nobody acknowledges goes to everyone who may see it, then to the admins again, and then no further", async () => {
    const [ofAdmin, ofAnalyst] = [await addDevice(admin), await addDevice(analyst)];
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false, severities: [] });
    const paths = () => push.received.splice(0).map((one) => one.path);
    try {
      const id = await raise("escalates-1");
      await tellDue(stack.services);
      expect(paths()).toEqual([ofAnalyst.path]);
      const [row] = await stack.services.db.execute<{ seconds: number }>(
        "select extract(epoch from due_at - now())::int as seconds from notification_queue where subject = 'escalation'",
      );
      expect(row?.seconds).toBeGreaterThan(290);
      await makeDue("escalation");
      await tellDue(stack.services);
      const [again] = push.received;
      expect(again?.payload.notification.body).toContain("Nobody has acknowledged it for 5 minutes");
      expect(paths().toSorted()).toEqual([ofAdmin.path, ofAnalyst.path].toSorted());
      await makeDue("escalation");
      await tellDue(stack.services);
      expect(paths()).toEqual([ofAdmin.path]);
      await makeDue("escalation");
      expect(await tellDue(stack.services)).toBe(0);
      const texts = (await getDetection(admin, id)).timeline.map((one) => one.text);
      expect(texts[0]).toContain("within 10 minutes, so the admins were notified again");
      expect(texts[1]).toContain("within 5 minutes, so everyone who may see it was notified");
    } finally {
      await setOwnPreferences(admin, defaultPreferences);
    }
  });

  it.each(["acknowledged", "resolved in Azure"])("that is %s goes no further", async (how) => {
    await addDevice(analyst);
    const name = `ends-${how.slice(0, 3)}`;
    const id = await raise(name);
    await tellDue(stack.services);
    expect(push.received).toHaveLength(1);
    if (how === "acknowledged") await acknowledgeDetections(analyst, [id]);
    else
      await raise(name, {
        status: "Resolved",
        processingEndTimeUtc: new Date(Date.now() + 60_000).toISOString(),
      });
    await makeDue("escalation");
    await tellDue(stack.services);
    expect(push.received).toHaveLength(1);
  });

  it("that nobody can be told of says so in its timeline", async () => {
    const id = await raise("nobody");
    await tellDue(stack.services);
    const { recipients: told, timeline } = await getDetection(admin, id);
    expect(told.map(({ person, state }) => `${person}: ${state}`)).toEqual([
      "Some admin: skipped",
      "Some analyst: skipped",
    ]);
    expect(timeline[0]?.text).toContain("Nobody was notified");
  });

  it("is not sent to someone who left the team after it was decided", async () => {
    const leaver = await stack.asMember("analyst", admin.actor.organisationId);
    await addDevice(leaver);
    await raise("left");
    const { userId } = leaver.actor as { userId: string };
    // decided, and not sent yet
    expect(await decideDue()).toBe(1);
    await removeMember(admin, { userId });
    await tellDue(stack.services);
    expect(push.received).toEqual([]);
  });
});

describe("a worker", () => {
  const expire = () =>
    stack.services.db.execute("update notification_queue set leased_until = now() - interval '1 second'");

  it("that dies between deciding and sending leaves it to another, which sends it once", async () => {
    const device = await addDevice(analyst);
    await raise("crash-1");
    const [decide] = await leaseDecided(stack.services);
    if (!decide) throw new Error("nothing is due");
    // gone before it could do anything; its lease runs out
    expect(await tellDue(stack.services)).toBe(0);
    await expire();
    await tellDue(stack.services);
    // and what it does when it comes back after all changes nothing
    await decide();
    await tellDue(stack.services);
    expect(push.received.map((one) => one.path)).toEqual([device.path]);
  });

  it("that dies between sending and writing it down has it sent once more, in the place of the first", async () => {
    await addDevice(analyst);
    const id = await raise("crash-2");
    const { webPush: setup } = stack.services;
    stack.services.webPush = {
      ...setup,
      send: async (...args) => {
        await setup.send(...args);
        throw new Error("killed");
      },
    };
    await expect(tellDue(stack.services)).rejects.toThrow("killed");
    stack.services.webPush = setup;
    await expire();
    await tellDue(stack.services);
    expect(push.received.map((one) => one.topic)).toEqual([id, id].map((one) => one.replaceAll("-", "")));
    expect(await recipientsOf(id)).toMatchObject([{ state: "accepted" }]);
  });

  it("side by side with others decides once and sends once, thirty alerts to four devices", async () => {
    for (const ctx of [admin, admin, analyst, analyst]) await addDevice(ctx);
    await deliver(Array.from({ length: 30 }, (_none, index) => alertOf(`side-${index}`)));
    await Promise.all(Array.from({ length: 4 }, () => tellDue(stack.services)));
    await tellDue(stack.services);
    const sent = push.received.map((one) => `${one.path} ${one.topic}`);
    expect(sent).toHaveLength(120);
    expect(new Set(sent).size).toBe(120);
  });
});

describe("a storm", () => {
  const raiseMany = async (prefix: string, count: number, properties: object = {}) => {
    for (let index = 0; index < count; index++) await raise(`${prefix}-${index}`, properties);
  };
  const bodies = () => push.received.splice(0).map((one) => one.payload.notification);

  it("rings once, and says within the minute how many there were", async () => {
    const device = await addDevice(analyst);
    await raiseMany("fold", 10, { alertType: "VM_Fold" });
    await tellDue(stack.services);
    expect(bodies()).toMatchObject([{ title: "High: fold-0", data: { isUpdate: false } }]);
    const [row] = await stack.services.db.execute<{ seconds: number; count: number }>(
      "select extract(epoch from due_at - now())::int as seconds, count(*) over ()::int as count from notification_queue where subject = 'group_update'",
    );
    expect(row).toMatchObject({ count: 1, seconds: expect.toSatisfy((s: number) => s > 40 && s <= 60) });
    await makeDue("group_update");
    await tellDue(stack.services);
    const [update] = push.received;
    expect(update).toMatchObject({ path: device.path });
    expect(bodies()).toMatchObject([
      { title: "High: fold-0", body: expect.stringContaining("9 more like it"), data: { isUpdate: true } },
    ]);
    const last = (await feed(admin, { q: "fold-9" })).items[0]?.id ?? "";
    expect(await recipientsOf(last)).toMatchObject([{ state: "grouped" }]);
    // the minute is over
    clock.laterMs = 61_000;
    await raise("fold-later", { alertType: "VM_Fold" });
    await tellDue(stack.services);
    expect(bodies()).toMatchObject([{ title: "High: fold-later" }]);
  });

  it("rings again for a tactic that is new, for another type and for a higher severity", async () => {
    await addDevice(analyst);
    await setOwnPreferences(analyst, { ...defaultPreferences, isOn: true, severities: ["high", "medium"] });
    try {
      await raise("again-0", { alertType: "VM_Again", severity: "Medium", intent: "Execution" });
      await tellDue(stack.services);
      await raise("again-1", { alertType: "VM_Again", severity: "Medium", intent: "Execution" });
      await tellDue(stack.services);
      await raise("again-2", { alertType: "VM_Again", severity: "Medium", intent: "Execution, Impact" });
      await tellDue(stack.services);
      await raise("again-3", { alertType: "VM_Again", severity: "High", intent: "Execution" });
      await tellDue(stack.services);
      await raise("again-4", { alertType: "VM_Other", severity: "Medium", intent: "Execution" });
      await tellDue(stack.services);
    } finally {
      await setOwnPreferences(analyst, defaultPreferences);
    }
    expect(bodies().map((one) => one.title)).toEqual([
      "Medium: again-0",
      "Medium: again-2",
      "High: again-3",
      "Medium: again-4",
    ]);
  });

  it("rings for the next of its kind when the first reached nobody", async () => {
    const device = await addDevice(analyst);
    push.answer(device.path, 400);
    await raise("unsent-0", { alertType: "VM_Unsent" });
    await tellDue(stack.services);
    push.answer(device.path, 201);
    await raise("unsent-1", { alertType: "VM_Unsent" });
    await tellDue(stack.services);
    expect(bodies()).toMatchObject([{ title: "High: unsent-1" }]);
  });

  it("that nobody acknowledges rings once more and no more often, five minutes on", async () => {
    await addDevice(analyst);
    await raiseMany("unheard", 5, { alertType: "VM_Unheard" });
    await tellDue(stack.services);
    push.received.length = 0;
    clock.laterMs = 300_000;
    await makeDue("escalation");
    await tellDue(stack.services);
    expect(bodies()).toMatchObject([{ body: expect.stringContaining("Nobody has acknowledged it") }]);
  });

  it("that several workers decide on at once rings once all the same", async () => {
    await addDevice(analyst);
    await raiseMany("raced", 20, { alertType: "VM_Raced" });
    await Promise.all(Array.from({ length: 4 }, () => tellDue(stack.services)));
    expect(bodies()).toHaveLength(1);
  });
});

describe("a push service", () => {
  it("that knows a device no more has it sent nothing from then on, until it subscribes again", async () => {
    const device = await addDevice(analyst);
    push.answer(device.path, 410);
    const id = await raise("gone-1");
    await tellDue(stack.services);
    expect(await recipientsOf(id)).toMatchObject([
      { state: "failed", problem: expect.stringContaining("no more") },
    ]);
    expect(await listDevices(analyst)).toMatchObject([{ isGone: true, failures: 1 }]);
    await expect(testDevice(analyst, device.id)).rejects.toThrow("can't be sent anything");
    push.answer(device.path, 201);
    expect((await addDevice(analyst, device)).id).toBe(device.id);
    expect(await listDevices(analyst)).toMatchObject([{ isGone: false, failures: 0 }]);
    await testDevice(analyst, device.id);
    await tellDue(stack.services);
    expect(push.received).toHaveLength(1);
  });

  it.each([429, 500, 503])(
    "that answers %i is tried again when it says, and for an hour at most",
    async (status) => {
      const device = await addDevice(analyst);
      push.answer(device.path, status, { "retry-after": "120" });
      const id = await raise(`later-${status}`);
      await tellDue(stack.services);
      expect(await recipientsOf(id)).toMatchObject([{ state: "queued" }]);
      const [row] = await stack.services.db.execute<{ seconds: number }>(
        "select extract(epoch from due_at - now())::int as seconds from notification_queue where subject = 'web_push'",
      );
      expect(row?.seconds).toBeGreaterThan(110);
      await makeDue("web_push");
      clock.laterMs = 3_700_000;
      await tellDue(stack.services);
      expect(await recipientsOf(id)).toMatchObject([
        { state: "failed", problem: expect.stringContaining(`hour (${status})`) },
      ]);
      expect(push.received).toEqual([]);
    },
  );

  it("that finds a message too large gets a smaller one", async () => {
    const device = await addDevice(analyst);
    const sizes: number[] = [];
    push.answer(device.path, ({ length }) => (sizes.push(length) === 1 ? 413 : 201));
    const id = await raise(`large-${"x".repeat(100)}`);
    await tellDue(stack.services);
    expect(push.received.map((one) => one.payload.notification)).toMatchObject([
      { title: "High: new alert", body: "", navigate: expect.stringContaining(id) },
    ]);
    expect(sizes[1]).toBeLessThan((sizes[0] ?? 0) - 100);
    expect(await recipientsOf(id)).toMatchObject([{ state: "accepted" }]);
  });

  it.each([
    [403, "refused the portal's key or address"],
    [413, "too large"],
    [400, "turned the message down"],
  ])("that answers %i is not asked again, and its words are on record", async (status, words) => {
    const device = await addDevice(analyst);
    push.answer(device.path, status);
    const id = await raise(`refused-${status}`);
    await tellDue(stack.services);
    expect(await recipientsOf(id)).toMatchObject([
      { state: "failed", problem: expect.stringContaining(words) },
    ]);
    expect(await listDevices(analyst)).toMatchObject([
      { isGone: false, failures: 1, lastFailure: expect.stringContaining(words) },
    ]);
  });
});

describe("the organisation's rules", () => {
  it("say how old an alert may be, when more people are told, and whether anything of it is named", async () => {
    await addDevice(analyst);
    await setNotificationPolicy(admin, { freshMinutes: 10, escalateMinutes: 2, isPrivate: true });
    try {
      await raise("ruled-old", {}, 11 * 60_000);
      const id = await raise("ruled-new", {}, 9 * 60_000);
      await tellDue(stack.services);
      expect(push.received.map((one) => one.payload.notification)).toMatchObject([
        { title: "High: new alert", body: "" },
      ]);
      expect(JSON.stringify(push.received[0]?.payload)).not.toContain("ruled");
      await makeDue("escalation");
      await tellDue(stack.services);
      expect(push.received[1]?.payload.notification.body).toBe("Nobody has acknowledged it for 2 minutes");
      expect((await getDetection(admin, id)).timeline[0]?.text).toContain("within 2 minutes");
    } finally {
      await setNotificationPolicy(admin, defaultPolicy);
    }
  });

  it("are the admins' to change, within bounds", async () => {
    await expect(setNotificationPolicy(analyst, defaultPolicy)).rejects.toMatchObject({ code: "forbidden" });
    for (const bad of [
      { freshMinutes: 0 },
      { escalateMinutes: 1.5 },
      { escalateMinutes: Number.NaN },
      { isPrivate: "no" },
    ])
      await expect(setNotificationPolicy(admin, { ...defaultPolicy, ...bad })).rejects.toMatchObject({
        code: "invalid",
      });
  });
});

describe("a device", () => {
  it("is one, whoever is signed in there: the next person's alerts are not the last one's", async () => {
    const device = await addDevice(admin);
    await addDevice(analyst, device);
    expect(await listDevices(admin)).toEqual([]);
    expect(await listDevices(analyst)).toMatchObject([{ id: device.id }]);
  });

  it("is renamed and removed by its person alone", async () => {
    const { id } = await addDevice(analyst);
    await expect(renameDevice(admin, id, "Mine")).rejects.toMatchObject({ code: "not_found" });
    await expect(removeDevice(admin, id)).rejects.toMatchObject({ code: "not_found" });
    // an admin may try whether it can be reached
    await testDevice(admin, id);
    await renameDevice(analyst, id, "  Night phone ");
    expect(await listDevices(analyst)).toMatchObject([{ name: "Night phone" }]);
  });

  it("is sent nothing once its person signed out there, until they sign in there again", async () => {
    const device = push.subscribe();
    const { userId, organisationId, name } = analyst.actor as Extract<Context["actor"], { kind: "user" }>;
    const user = { id: userId, displayName: name } as Parameters<typeof openSession>[1];
    const sessionId = await openSession(stack.services, user, organisationId, "test");
    const { id } = await addDevice(analyst, device, sha256(sessionId));
    await signOut(stack.services, sessionId);
    expect(await listDevices(analyst)).toMatchObject([{ id, isGone: true }]);
    await raise("signed-out");
    await tellDue(stack.services);
    expect(push.received).toEqual([]);
    expect((await addDevice(analyst, device)).id).toBe(id);
    expect(await listDevices(analyst)).toMatchObject([{ id, isGone: false }]);
  });

  it("that an admin deactivates is sent nothing, and can't be removed or added anew until it is activated", async () => {
    const device = await addDevice(analyst);
    await raise("deactivated-1");
    expect(await decideDue()).toBe(1);
    const { userId, organisationId, name } = analyst.actor as Extract<Context["actor"], { kind: "user" }>;
    const user = { id: userId, displayName: name } as Parameters<typeof openSession>[1];
    const sessions = [
      await openSession(stack.services, user, organisationId, "test"),
      await openSession(stack.services, user, organisationId, "elsewhere"),
    ];
    await addDevice(analyst, device, sha256(sessions[0] ?? ""));
    await setDeviceActive(admin, device.id, false);
    // the session there ends, and no other of theirs
    const people = await Promise.all(sessions.map((one) => getCurrentPerson(stack.services, one)));
    expect(people.map((one) => one !== null)).toEqual([false, true]);
    await tellDue(stack.services);
    expect(push.received).toEqual([]);
    await expect(addDevice(analyst, device)).rejects.toThrow("Device deactivated");
    await expect(removeDevice(analyst, device.id)).rejects.toThrow("Device deactivated");
    await expect(testDevice(analyst, device.id)).rejects.toMatchObject({ code: "conflict" });
    await expect(setDeviceActive(analyst, device.id, true)).rejects.toMatchObject({ code: "forbidden" });
    const { people: team } = await getReachability(admin);
    expect(team.flatMap((one) => one.devices)).toMatchObject([{ id: device.id, isDeactivated: true }]);
    await setDeviceActive(admin, device.id, true);
    await testDevice(analyst, device.id);
    await tellDue(stack.services);
    expect(push.received).toHaveLength(1);
  });

  it.each([
    "http://localhost/x",
    "https://evil.example/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://fcm.googleapis.com:8443/x",
    "https://user@fcm.googleapis.com/x",
    "https://169.254.169.254/latest",
    "no address",
  ])("is none at %s", async (endpoint) => {
    await expect(addDevice(analyst, { ...push.subscribe(), endpoint })).rejects.toMatchObject({
      code: "invalid",
    });
  });
});

describe("the portal's keys", () => {
  it("are made once, also by two that start at the same moment, and kept sealed", async () => {
    const before = await currentVapidKey(stack.services);
    await Promise.all([ensureVapidKey(stack.services), ensureVapidKey(stack.services)]);
    expect(await currentVapidKey(stack.services)).toEqual(before);
    const row = await getVapidKey(stack.services.db, before?.id ?? "");
    expect(row?.publicKey).toBe(before?.publicKey);
    expect(row?.privateSealed.length).toBeGreaterThan(60);
  });

  it("without an address of whoever answers for them send nothing, and say what to set", async () => {
    const { webPush: setup } = stack.services;
    await addDevice(analyst);
    const id = await raise("no-subject");
    stack.services.webPush = { ...setup, subject: null };
    try {
      await tellDue(stack.services);
      expect(await getWebPushSetup(analyst)).toMatchObject({
        publicKey: null,
        problem: expect.stringContaining("POCKETSOC_VAPID_SUBJECT"),
      });
    } finally {
      stack.services.webPush = setup;
    }
    expect(await recipientsOf(id)).toMatchObject([
      { state: "failed", problem: expect.stringContaining("no address") },
    ]);
  });
});
