import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { defaultPolicy } from "#lib/domain/notification-policy.ts";
import { defaultPreferences } from "#lib/domain/recipients.ts";
import {
  alwaysOnShift,
  everySeverity,
  hoursThatBegin,
  startNotifying,
  switchedOff,
} from "#test/notifying.ts";
import { notifyDue } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import { getDetection } from "#lib/triage/get.ts";
import { getReachability } from "../devices/reachability.ts";
import { getOwnPreferences, getOwnShift } from "./get-own.ts";
import { reportTimeZone } from "./report-time-zone.ts";
import { setOwnPreferences, setOwnShift } from "./set-own.ts";
import { getNotificationPolicy } from "./get-policy.ts";
import { setNotificationPolicy } from "./set-policy.ts";

const started = await startNotifying();
const { push, admin, analyst, clock, addDevice, execute, raise, readAt, statesOf, makeDue } = started;
const { services } = started.stack;
beforeEach(started.reset);
afterAll(started.stop);

const day = { kind: "hours", timeZone: "UTC", windows: [{ day: 1, from: "08:00", to: "17:00" }] };

describe("a person's preferences", () => {
  it("let a High alert through outside the hours; without that it falls back to the admins", async () => {
    const [own, other] = [await addDevice(analyst), await addDevice(admin)];
    const { shift } = hoursThatBegin(services.now());
    await setOwnPreferences(analyst, { ...defaultPreferences, shift });
    await setOwnPreferences(admin, switchedOff);
    await raise("always-1");
    await notifyDue(services);
    expect(readAt(own.path)).toHaveLength(1);
    expect(readAt(other.path)).toEqual([]);
    push.received.length = 0;
    await setOwnPreferences(analyst, { ...defaultPreferences, shift, alwaysNotify: [] });
    const id = await raise("always-2");
    await notifyDue(services);
    expect(readAt(own.path)).toEqual([]);
    expect(readAt(other.path)).toHaveLength(1);
    expect((await getDetection(admin, id)).timeline[0]?.text).toContain("The admins were notified");
  });

  it("change only as far as they are sent, so that an older page takes nothing back", async () => {
    const { shift } = hoursThatBegin(services.now());
    await setOwnPreferences(analyst, { ...defaultPreferences, shift });
    await setOwnPreferences(analyst, { severities: ["high", "low"] });
    expect(await getOwnPreferences(analyst)).toMatchObject({
      isOn: true,
      severities: ["high", "low"],
      shift,
    });
    await setOwnPreferences(analyst, { isOn: false });
    expect(await getOwnPreferences(analyst)).toMatchObject({
      isOn: false,
      severities: ["high", "low"],
      shift,
    });
    for (const junk of [null, "on", [true], { severities: "high" }])
      await expect(setOwnPreferences(analyst, junk)).rejects.toMatchObject({ code: "invalid" });
  });

  it("leave out configurations that the person didn't choose", async () => {
    await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    await setOwnPreferences(analyst, {
      ...everySeverity,
      configurationIds: ["01a2182a-40fc-70a6-b520-ff7e538d2f0d"],
    });
    const id = await raise("elsewhere", { severity: "Medium" });
    await notifyDue(services);
    expect(await statesOf(id)).toEqual([]);
  });

  it.each([
    [{ shift: { ...day, timeZone: "Mars/Olympus" } }, "time zone"],
    [{ shift: { ...day, windows: [] } }, "Add at least one window"],
    [{ shift: { ...day, windows: [{ day: 1, from: "08:10", to: "17:00" }] } }, "quarters"],
    [{ shift: { kind: "unanswered", timeZone: null } }, "Say when you are on shift"],
    [{ shift: { kind: "sometimes" } }, ""],
    [{ configurationIds: [] }, "at least one configuration"],
  ])("can't be %j, and the error says why", async (changes, words) => {
    await expect(setOwnPreferences(analyst, { ...alwaysOnShift, ...changes })).rejects.toThrow(words);
  });
});

describe("the answer to when a person is on shift", () => {
  const recorded = async () =>
    (await listAudit(admin, {})).entries
      .filter(({ action }) => action.startsWith("notifications."))
      .map(({ action, actor, detail }) => [action, actor, detail.isOn]);

  it("is asked for until it is given, and leaves the rest of the preferences as they are", async () => {
    const unknown = { shift: { kind: "unanswered", timeZone: null }, isAsked: true };
    expect(await getOwnShift(analyst)).toEqual(unknown);
    await reportTimeZone(analyst, "Europe/Vienna");
    expect(await getOwnShift(analyst)).toEqual({
      shift: { kind: "unanswered", timeZone: "Europe/Vienna" },
      isAsked: true,
    });
    await setOwnShift(analyst, day);
    expect(await getOwnPreferences(analyst)).toEqual({ ...defaultPreferences, shift: day });
    expect((await getOwnShift(analyst)).isAsked).toBe(false);
    // a browser elsewhere doesn't move the hours
    await reportTimeZone(analyst, "America/New_York");
    expect((await getOwnShift(analyst)).shift).toEqual(day);
    await setOwnPreferences(analyst, { ...everySeverity, configurationIds: null, alwaysNotify: [] });
    await setOwnShift(analyst, { kind: "none", timeZone: "Europe/Vienna" });
    expect(await getOwnPreferences(analyst)).toEqual({
      ...everySeverity,
      severities: [...everySeverity.severities],
      alwaysNotify: [],
      shift: { kind: "none", timeZone: "Europe/Vienna" },
    });
  });

  it.each([
    [{ kind: "unanswered", timeZone: null }],
    [{ kind: "hours", timeZone: "UTC", windows: [] }],
    [null],
  ])("can't be %j", async (answer) => {
    await expect(setOwnShift(analyst, answer)).rejects.toMatchObject({ code: "invalid" });
    expect((await getOwnShift(analyst)).isAsked).toBe(true);
  });

  it("takes a time zone that isn't known here for none, and refuses a report of one", async () => {
    await expect(reportTimeZone(analyst, "Mars/Olympus")).rejects.toMatchObject({ code: "invalid" });
    await setOwnShift(analyst, { kind: "always", timeZone: "Mars/Olympus" });
    expect((await getOwnShift(analyst)).shift).toEqual({ kind: "always", timeZone: null });
  });

  it("isn't asked of somebody who has switched notifications off", async () => {
    await setOwnPreferences(analyst, switchedOff);
    expect((await getOwnShift(analyst)).isAsked).toBe(false);
  });

  it("may be seen by a session that is good for alerts only, but not changed by it", async () => {
    const old = { ...analyst, actor: { ...analyst.actor, alertsOnly: true } } as Context;
    await expect(setOwnShift(old, day)).rejects.toMatchObject({ code: "sign_in_again" });
    await expect(reportTimeZone(old, "Europe/Vienna")).rejects.toMatchObject({ code: "sign_in_again" });
    expect((await getOwnShift(old)).shift).toEqual(defaultPreferences.shift);
  });

  it("is saved by an older build without a kind; hours that it saved still count", async () => {
    await setOwnShift(analyst, day);
    await execute("update notification_preferences set shift = null");
    expect((await getOwnShift(analyst)).shift).toEqual(day);
  });

  it("and switching notifications off and on have entries of their own in the audit log, and Readiness the time", async () => {
    const offSince = async () =>
      (await getReachability(admin)).people.find(({ isAdmin }) => !isAdmin)?.offSince ?? null;
    const before = (await recorded()).length;
    await setOwnPreferences(analyst, alwaysOnShift);
    await setOwnPreferences(analyst, { ...alwaysOnShift, isOn: false });
    const since = await offSince();
    expect(Math.abs(Date.parse(since ?? "") - Date.now())).toBeLessThan(60_000);
    clock.laterMs = 3_600_000;
    // a further change while they are off doesn't move the time
    await setOwnPreferences(analyst, { ...everySeverity, isOn: false });
    expect(await offSince()).toBe(since);
    await setOwnPreferences(analyst, alwaysOnShift);
    expect(await offSince()).toBeNull();
    expect((await recorded()).slice(0, -before || undefined)).toEqual([
      ["notifications.switched_on", "Some analyst", true],
      ["notifications.changed", "Some analyst", false],
      ["notifications.switched_off", "Some analyst", false],
      ["notifications.changed", "Some analyst", true],
    ]);
  });
});

describe("the organisation's policy", () => {
  it("decides how old an alert may be, when it is escalated, and whether notifications name it", async () => {
    await addDevice(analyst);
    await setNotificationPolicy(admin, { freshMinutes: 10, escalateMinutes: 2, isPrivate: true });
    try {
      await raise("ruled-old", {}, 11 * 60_000);
      const id = await raise("ruled-new", {}, 9 * 60_000);
      await notifyDue(services);
      expect(push.received.map(({ payload }) => payload.notification)).toMatchObject([
        { title: "High: new alert", body: "" },
      ]);
      expect(JSON.stringify(push.received[0]?.payload)).not.toContain("ruled");
      await makeDue("escalation");
      await notifyDue(services);
      expect(push.received[1]?.payload.notification.body).toBe("Nobody has acknowledged it for 2 minutes");
      expect((await getDetection(admin, id)).timeline[0]?.text).toContain("within 2 minutes");
    } finally {
      await setNotificationPolicy(admin, defaultPolicy);
    }
  });

  it("keeps what an admin's older page doesn't send", async () => {
    try {
      await setNotificationPolicy(admin, { freshMinutes: 45 });
      await setNotificationPolicy(admin, { isPrivate: true });
      expect(await getNotificationPolicy(admin)).toEqual({
        ...defaultPolicy,
        freshMinutes: 45,
        isPrivate: true,
      });
    } finally {
      await setNotificationPolicy(admin, defaultPolicy);
    }
  });

  it("can be changed by admins only, within limits", async () => {
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
