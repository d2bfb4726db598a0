import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Shift } from "#lib/domain/shift.ts";
import {
  alwaysOnShift,
  everySeverity,
  hoursThatBegin,
  startNotifying,
  switchedOff,
} from "#test/notifying.ts";
import { feed, notifyDue, signal } from "#test/steps.ts";
import { runPipeTest } from "#lib/ingest/pipe-tests/run.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, configurationId, alertOf, deliver, addDevice, raise } = started;
const { recipientsOf, makeDue, dueInSeconds, statesOf, readAt, takeReceived, setHour } = started;
const { services } = stack;
beforeEach(started.reset);
afterAll(started.stop);

describe("a storm of alerts of one type", () => {
  const raiseMany = async (prefix: string, count: number, properties: object = {}) => {
    for (let index = 0; index < count; index++) await raise(`${prefix}-${index}`, properties);
  };

  it("notifies once, and the notification has their number after a minute", async () => {
    const device = await addDevice(analyst);
    await raiseMany("group", 10, { alertType: "VM_Group" });
    await notifyDue(services);
    expect(takeReceived()).toMatchObject([{ title: "High: group-0", data: { isUpdate: false } }]);
    const dueIn = await dueInSeconds("group_update");
    expect(dueIn).toHaveLength(1);
    expect(dueIn[0]).toSatisfy((seconds: number) => seconds > 40 && seconds <= 60);
    await makeDue("group_update");
    await notifyDue(services);
    expect(push.received[0]).toMatchObject({ path: device.path });
    expect(takeReceived()).toMatchObject([
      { title: "High: group-0", body: expect.stringContaining("9 more like it"), data: { isUpdate: true } },
    ]);
    const last = (await feed(admin, { q: "group-9" })).items[0]?.id ?? "";
    expect(await recipientsOf(last)).toMatchObject([{ state: "grouped" }]);
    // the minute is over
    clock.laterMs = 61_000;
    await raise("group-later", { alertType: "VM_Group" });
    await notifyDue(services);
    expect(takeReceived()).toMatchObject([{ title: "High: group-later" }]);
  });

  it("notifies again for a new tactic, another type or a higher severity", async () => {
    await addDevice(analyst);
    await setOwnPreferences(analyst, alwaysOnShift);
    const alerts = [
      ["again-0", { alertType: "VM_Again", severity: "Medium", intent: "Execution" }],
      ["again-1", { alertType: "VM_Again", severity: "Medium", intent: "Execution" }],
      ["again-2", { alertType: "VM_Again", severity: "Medium", intent: "Execution, Impact" }],
      ["again-3", { alertType: "VM_Again", severity: "High", intent: "Execution" }],
      ["again-4", { alertType: "VM_Other", severity: "Medium", intent: "Execution" }],
    ] as const;
    for (const [name, properties] of alerts) {
      await raise(name, properties);
      await notifyDue(services);
    }
    expect(takeReceived().map(({ title }) => title)).toEqual([
      "Medium: again-0",
      "Medium: again-2",
      "High: again-3",
      "Medium: again-4",
    ]);
  });

  it("notifies for the next alert if the first notification failed", async () => {
    const device = await addDevice(analyst);
    push.answer(device.path, 400);
    await raise("unsent-0", { alertType: "VM_Unsent" });
    await notifyDue(services);
    push.answer(device.path, 201);
    await raise("unsent-1", { alertType: "VM_Unsent" });
    await notifyDue(services);
    expect(takeReceived()).toMatchObject([{ title: "High: unsent-1" }]);
  });

  it("notifies once even if several workers decide on it at the same time", async () => {
    await addDevice(analyst);
    await raiseMany("raced", 20, { alertType: "VM_Raced" });
    await Promise.all(Array.from({ length: 4 }, () => notifyDue(services)));
    expect(takeReceived()).toHaveLength(1);
  });
});

describe("a sample", () => {
  const raiseSamples = async (...names: string[]) => {
    await deliver(names.map((name) => alertOf(name, { alertType: `SIMULATED_${name}` })));
    await notifyDue(services);
  };
  const allDay: Shift = {
    kind: "hours",
    timeZone: "UTC",
    windows: [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day, from: "00:00", to: "00:00" })),
  };
  const goOffShift = () =>
    setOwnPreferences(analyst, { ...everySeverity, shift: hoursThatBegin(services.now()).shift });
  /** Makes what people set up so far two days old. */
  const setUpLongAgo = () => started.stack.asOwner("update audit_events set at = at - interval '2 days'");

  it("notifies whoever set the configuration up within a day, once for all of ten minutes, and is never escalated", async () => {
    const [own, other] = [await addDevice(admin), await addDevice(analyst)];
    await goOffShift();
    await raiseSamples("sample-1", "sample-2", "sample-3");
    clock.laterMs = 9 * 60_000;
    await raiseSamples("sample-4");
    expect(readAt(other.path)).toEqual([]);
    // a notification that was grouped into is sent once more with its number
    const [first, ...updates] = readAt(own.path);
    expect(first?.title).toMatch(/^High: sample-[123]$/);
    expect(updates.every(({ title }) => title === first?.title)).toBe(true);
    expect(readAt(own.path).at(-1)?.body).toMatch(
      /^A sample, no attack · [23] more samples · Azure Production$/,
    );
    expect(await started.dueInSeconds("escalation")).toEqual([]);
    push.received.length = 0;
    clock.laterMs = 21 * 60_000;
    await raiseSamples("sample-5");
    expect(readAt(own.path)).toMatchObject([{ title: "High: sample-5" }]);
  });

  it("notifies later only whoever runs a pipe test, or wants such alerts and is within their own hours", async () => {
    const [own, other] = [await addDevice(admin), await addDevice(analyst)];
    await setUpLongAgo();
    await setOwnPreferences(admin, switchedOff);
    await goOffShift();
    await raiseSamples("sample-late-1");
    expect(push.received).toEqual([]);
    const test = runPipeTest(admin, configurationId, signal);
    await test.next();
    await raiseSamples("sample-tested");
    await test.return();
    expect([readAt(own.path).length, readAt(other.path).length]).toEqual([1, 0]);
    await started.stack.asOwner("delete from pipe_tests");
    push.received.length = 0;
    await setOwnPreferences(analyst, { ...everySeverity, shift: allDay });
    await raiseSamples("sample-within-hours");
    expect([readAt(own.path).length, readAt(other.path).length]).toEqual([0, 1]);
  });

  it.each([
    ["who hasn't answered", null],
    ["who is always on shift", everySeverity],
  ])("notifies somebody %s from 07:00 to 22:00 only", async (who, preferences) => {
    const device = await addDevice(analyst);
    await setUpLongAgo();
    await setOwnPreferences(admin, switchedOff);
    if (preferences) await setOwnPreferences(analyst, preferences);
    setHour(23);
    await raiseSamples(`sample-night-${who}`);
    expect(push.received).toEqual([]);
    setHour(12);
    await raiseSamples(`sample-noon-${who}`);
    expect(readAt(device.path)).toHaveLength(1);
  });

  it("notifies nobody who isn't on call", async () => {
    await addDevice(analyst);
    await setUpLongAgo();
    setHour(12);
    await setOwnPreferences(admin, switchedOff);
    await setOwnPreferences(analyst, { ...everySeverity, shift: { kind: "none", timeZone: "UTC" } });
    await raiseSamples("sample-not-on-call");
    expect(push.received).toEqual([]);
  });

  it("takes no real alert into its notification", async () => {
    const device = await addDevice(analyst);
    await setOwnPreferences(analyst, { ...everySeverity, shift: allDay });
    await raiseSamples("sample-before");
    await raise("real-after-sample");
    await notifyDue(services);
    expect(readAt(device.path).map(({ title }) => title)).toEqual([
      "High: sample-before",
      "High: real-after-sample",
    ]);
  });
});

describe("an incident", () => {
  it("is grouped into the notifications for its members unless it is more severe", async () => {
    const device = await addDevice(analyst);
    await setOwnPreferences(analyst, everySeverity);
    const on = { compromisedEntity: "vm-incident" };
    await raise("member-1", { ...on, severity: "Medium" });
    await notifyDue(services);
    push.received.length = 0;
    clock.laterMs = 2 * 3_600_000;
    const covered = await raise("incident-1", { ...on, severity: "Medium", isIncident: true });
    await notifyDue(services);
    expect(push.received).toEqual([]);
    expect(await statesOf(covered)).toContainEqual(["Some analyst", "grouped"]);
    await raise("incident-2", { ...on, severity: "High", isIncident: true });
    await notifyDue(services);
    expect(readAt(device.path)).toMatchObject([{ title: "High: incident-2" }]);
    push.received.length = 0;
    await raise("incident-3", { compromisedEntity: "vm-alone", isIncident: true });
    await notifyDue(services);
    expect(readAt(device.path)).toMatchObject([{ title: "High: incident-3" }]);
  });
});
