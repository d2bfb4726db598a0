import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Shift } from "#lib/domain/shift.ts";
import { alwaysOnShift, everySeverity, startNotifying, switchedOff } from "#test/notifying.ts";
import { notifyDue } from "#test/steps.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { getReachability } from "../devices/reachability.ts";
import { onCallCoverageAlarm } from "../alarms/on-call-coverage.ts";
import { inOrganisation } from "#db/client.ts";
import { setOwnPreferences, setOwnShift } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, alertOf, deliver, addDevice, raise, makeDue, setHour, execute } =
  started;
const { services } = stack;
afterAll(started.stop);

const daily = (from: string, to: string): Shift => ({
  kind: "hours",
  timeZone: "UTC",
  windows: [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day, from, to })),
});
/** Makes every device verified, as if each had just shown a notification. */
const verifyAll = () => execute(`update devices set last_shown_at = '${services.now().toISOString()}'`);
const takePaths = () => push.received.splice(0).map(({ path }) => path);
const setUpLongAgo = () => stack.asOwner("update audit_events set at = at - interval '2 days'");

describe("people who aren't on call, or have switched their notifications off", () => {
  beforeEach(started.reset);
  const alarm = () =>
    inOrganisation(services.db, admin.actor.organisationId, (tx) =>
      onCallCoverageAlarm(services, tx, admin.actor.organisationId),
    );
  const none: Shift = { kind: "none", timeZone: "UTC" };

  it("aren't notified of new alerts, but an admin is where nobody else is reached", async () => {
    const [ofAdmin, ofAnalyst] = [await addDevice(admin), await addDevice(analyst)];
    await setOwnShift(admin, none);
    await setOwnPreferences(analyst, alwaysOnShift);
    await raise("not-on-call-1");
    await notifyDue(services);
    expect(takePaths()).toEqual([ofAnalyst.path]);
    await makeDue("escalation");
    await notifyDue(services);
    expect(takePaths()).toEqual([ofAnalyst.path]);
    // the last step is for the admins
    await makeDue("escalation");
    await notifyDue(services);
    expect(takePaths()).toEqual([ofAdmin.path]);
    await setOwnShift(analyst, none);
    clock.laterMs += 61_000;
    await raise("not-on-call-2");
    await notifyDue(services);
    expect(takePaths()).toEqual([ofAdmin.path]);
  });

  it("as admins whom a storm falls back to, get the rest of it in a digest", async () => {
    const device = await addDevice(admin);
    for (const ctx of [admin, analyst]) await setOwnShift(ctx, none);
    for (let index = 0; index < 33; index++) {
      await deliver([alertOf(`not-on-call-storm-${index}`)]);
      await notifyDue(services);
      clock.laterMs += 61_000;
    }
    expect(takePaths()).toHaveLength(30);
    await makeDue("digest");
    await notifyDue(services);
    expect(started.readAt(device.path)).toMatchObject([{ title: "3 more alerts" }]);
    takePaths();
  });

  it("don't count as on call; the alarm names them, and Readiness says which is which", async () => {
    for (const ctx of [admin, analyst]) await addDevice(ctx);
    await verifyAll();
    const uncovered = async () => (await getReachability(admin)).coverageGaps.map(({ severity }) => severity);
    await setOwnPreferences(analyst, alwaysOnShift);
    await setOwnPreferences(admin, switchedOff);
    expect([await alarm(), await uncovered()]).toEqual([null, []]);
    await setOwnShift(analyst, none);
    expect((await alarm())?.body).toContain("Notifications are off: Some admin. Not on call: Some analyst.");
    expect(await uncovered()).toContain("high");
    const { people } = await getReachability(admin);
    expect(people.map(({ name, isOn, shift }) => [name, isOn, shift]).slice(0, 2)).toEqual([
      ["Some admin", false, "unanswered"],
      ["Some analyst", true, "none"],
    ]);
    // somebody who hasn't answered is notified of High at any hour
    await execute("delete from notification_preferences");
    expect(await alarm()).toBeNull();
  });
});

describe("somebody who hasn't answered", () => {
  beforeEach(started.reset);

  it("gets High at any hour, Medium by day, and the rest in a digest at 07:00", async () => {
    const device = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    setHour(3);
    await raise("unanswered-high");
    await raise("unanswered-medium", { severity: "Medium" });
    await raise("unanswered-low", { severity: "Low" });
    await notifyDue(services);
    expect(started.readAt(device.path).map(({ title }) => title)).toEqual(["High: unanswered-high"]);
    push.received.length = 0;
    setHour(7);
    await makeDue("digest");
    await notifyDue(services);
    expect(started.readAt(device.path)).toEqual([
      { title: "2 alerts came while you were off", body: "1 Medium, 1 Low" },
    ]);
    push.received.length = 0;
    setHour(12);
    await raise("unanswered-noon", { severity: "Medium" });
    await raise("unanswered-noon-low", { severity: "Low" });
    await notifyDue(services);
    expect(started.readAt(device.path).map(({ title }) => title)).toEqual(["Medium: unanswered-noon"]);
  });
});

describe("what a configuration says", () => {
  beforeEach(started.reset);
  afterEach(() => execute("update configurations set environment = default, notify_about = default"));

  it("is that a test account waits for people's hours, also High, also its fallback and its escalation", async () => {
    const [ofAdmin, ofAnalyst] = [await addDevice(admin), await addDevice(analyst)];
    await setOwnPreferences(admin, switchedOff);
    await setOwnShift(analyst, daily("08:00", "17:00"));
    await execute("update configurations set environment = 'test'");
    setHour(3);
    await raise("test-high");
    await notifyDue(services);
    await makeDue("escalation");
    await notifyDue(services);
    expect(takePaths()).toEqual([]);
    expect(await started.dueInSeconds("digest")).toHaveLength(1);
    setHour(8);
    await makeDue("digest");
    await notifyDue(services);
    expect(takePaths()).toEqual([ofAnalyst.path]);
    // nobody wants it, so the admins get it, from 07:00 on
    await setOwnPreferences(analyst, switchedOff);
    setHour(3);
    await raise("test-unwanted");
    await notifyDue(services);
    expect(takePaths()).toEqual([]);
    setHour(7);
    await makeDue("digest");
    await notifyDue(services);
    expect(takePaths()).toEqual([ofAdmin.path]);
  });

  it("is that the escalation of a test account waits for somebody's hours, step by step", async () => {
    const { path } = await addDevice(admin);
    await setOwnPreferences(analyst, switchedOff);
    await setOwnShift(analyst, { kind: "none", timeZone: "UTC" });
    await setOwnShift(admin, daily("08:00", "22:00"));
    await execute("update configurations set environment = 'test'");
    setHour(22);
    // raised two minutes before the end of the admin's hours
    clock.laterMs -= 2 * 60_000;
    await raise("test-evening");
    await notifyDue(services);
    expect(started.readAt(path)).toMatchObject([{ title: "High: test-evening" }]);
    const hour = 3_600_000;
    await started.advance(9 * hour);
    expect(started.readAt(path)).toHaveLength(1);
    await started.advance(1.2 * hour);
    expect(started.readAt(path).slice(1)).toMatchObject([
      { body: expect.stringContaining("Nobody has acknowledged it for 5 minutes") },
      { body: expect.stringContaining("Nobody has acknowledged it for 10 minutes") },
    ]);
  });

  it("is which severities notify; others notify nobody, and no timeline says that nobody could be reached", async () => {
    const device = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    await setOwnPreferences(analyst, everySeverity);
    await execute("update configurations set notify_about = '{medium}'");
    const high = await raise("left-out-high");
    await raise("left-out-low", { severity: "Low" });
    await raise("left-in", { severity: "Medium" });
    await notifyDue(services);
    expect(started.readAt(device.path).map(({ title }) => title)).toEqual(["Medium: left-in"]);
    expect(await started.dueInSeconds("escalation")).toEqual([]);
    const { timeline } = await getDetection(admin, high);
    expect(timeline.map(({ text }) => text).join()).not.toContain("notified");
  });

  it("leaves test accounts, and severities that it doesn't notify about, out of the coverage", async () => {
    await setOwnPreferences(analyst, alwaysOnShift);
    const gaps = async () => (await getReachability(admin)).coverageGaps.map(({ severity }) => severity);
    expect(await gaps()).toEqual(["high", "medium"]);
    await execute("update configurations set notify_about = '{high}'");
    expect(await gaps()).toEqual(["high"]);
    await execute("update configurations set environment = 'test'");
    expect(await gaps()).toEqual([]);
  });
});

describe("thirteen people in three shifts and an admin by day, at three at night", () => {
  const paths: Record<"early" | "late" | "night" | "admin", string[]> = {
    early: [],
    late: [],
    night: [],
    admin: [],
  };
  const join = async (team: keyof typeof paths, ctx: Context, shift: Shift) => {
    await setOwnShift(ctx, shift);
    paths[team].push((await addDevice(ctx)).path);
  };
  beforeAll(async () => {
    await started.reset();
    const shifts = {
      early: daily("06:00", "14:00"),
      late: daily("14:00", "22:00"),
      night: daily("22:00", "06:00"),
    } as const;
    for (const team of ["early", "late", "night"] as const)
      for (let number = 0; number < 4; number += 1) {
        const isFirst = team === "early" && number === 0;
        const ctx = isFirst ? analyst : await stack.asMember("analyst", admin.actor.organisationId);
        await join(team, ctx, shifts[team]);
      }
    await join("admin", admin, daily("08:00", "17:00"));
    await setUpLongAgo();
    setHour(3);
    await verifyAll();
  });
  const night = () => paths.night.toSorted();

  it("a Medium is four messages, to the four of the night", async () => {
    await raise("night-medium", { severity: "Medium" });
    await notifyDue(services);
    expect(takePaths().toSorted()).toEqual(night());
  });

  it("a High is four messages too, and thirteen when nobody acknowledges it", async () => {
    await raise("night-high");
    await notifyDue(services);
    expect(takePaths().toSorted()).toEqual(night());
    await makeDue("escalation");
    await notifyDue(services);
    expect(takePaths().toSorted()).toEqual(Object.values(paths).flat().toSorted());
  });

  it("six High samples are four messages", async () => {
    const names = Array.from({ length: 6 }, (_none, index) => `night-sample-${index}`);
    await deliver(names.map((name) => alertOf(name, { alertType: `SIMULATED_${name}` })));
    await notifyDue(services);
    expect(takePaths().toSorted()).toEqual(night());
  });

  it("the other nine have a digest when their hours begin", async () => {
    const digests = await started.dueInSeconds("digest");
    expect(digests).toHaveLength(9);
  });

  it("a High wakes those off shift who asked for it, if no phone of the night is verified", async () => {
    await execute("update devices set last_shown_at = null");
    clock.laterMs += 61_000;
    await raise("night-unproved");
    await notifyDue(services);
    expect(takePaths()).toHaveLength(13);
  });
});
