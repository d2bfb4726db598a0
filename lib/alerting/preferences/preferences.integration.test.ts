import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { defaultPolicy } from "#lib/domain/notification-policy.ts";
import { defaultPreferences } from "#lib/domain/recipients.ts";
import { everySeverity, hoursThatBegin, startNotifying, switchedOff } from "#test/notifying.ts";
import { notifyDue } from "#test/steps.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setOwnPreferences } from "./set-own.ts";
import { setNotificationPolicy } from "./set-policy.ts";

const started = await startNotifying();
const { push, admin, analyst, addDevice, raise, readAt, statesOf, makeDue } = started;
const { services } = started.stack;
beforeEach(started.reset);
afterAll(started.stop);

describe("a person's preferences", () => {
  it("let a High alert through outside the hours; without that it falls back to the admins", async () => {
    const [own, other] = [await addDevice(analyst), await addDevice(admin)];
    const { hours } = hoursThatBegin(services.now());
    await setOwnPreferences(analyst, { ...defaultPreferences, hours });
    await setOwnPreferences(admin, switchedOff);
    await raise("always-1");
    await notifyDue(services);
    expect(readAt(own.path)).toHaveLength(1);
    expect(readAt(other.path)).toEqual([]);
    push.received.length = 0;
    await setOwnPreferences(analyst, { ...defaultPreferences, hours, alwaysNotify: [] });
    const id = await raise("always-2");
    await notifyDue(services);
    expect(readAt(own.path)).toEqual([]);
    expect(readAt(other.path)).toHaveLength(1);
    expect((await getDetection(admin, id)).timeline[0]?.text).toContain("The admins were notified");
  });

  it("leave out configurations that the person didn't choose", async () => {
    await addDevice(analyst);
    await setOwnPreferences(analyst, {
      ...everySeverity,
      configurationIds: ["01a2182a-40fc-70a6-b520-ff7e538d2f0d"],
    });
    const id = await raise("elsewhere", { severity: "Medium" });
    await notifyDue(services);
    expect(await statesOf(id)).toEqual([]);
  });

  it.each([
    [{ hours: { timeZone: "Mars/Olympus", windows: [{ day: 1, from: "08:00", to: "17:00" }] } }, "time zone"],
    [{ hours: { timeZone: "UTC", windows: [] } }, "Add at least one window"],
    [{ hours: { timeZone: "UTC", windows: [{ day: 1, from: "08:10", to: "17:00" }] } }, "quarters"],
    [{ configurationIds: [] }, "at least one configuration"],
  ])("can't be %j, and the error says why", async (changes, words) => {
    await expect(setOwnPreferences(analyst, { ...defaultPreferences, ...changes })).rejects.toThrow(words);
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
