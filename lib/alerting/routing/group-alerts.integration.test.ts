import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Shift } from "#lib/domain/shift.ts";
import { everySeverity, hoursThatBegin, startNotifying, switchedOff } from "#test/notifying.ts";
import { notifyDue, signal } from "#test/steps.ts";
import { runPipeTest } from "#lib/ingest/pipe-tests/run.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, configurationId, alertOf, deliver, addDevice, raise } = started;
const { makeDue, dueInSeconds, statesOf, readAt, takeReceived, setHour } = started;
const { services } = stack;
beforeEach(started.reset);
afterAll(started.stop);

describe("alerts of lower severities", () => {
  it("are one message a minute after the first, whatever their type", async () => {
    await addDevice(analyst);
    await setOwnPreferences(analyst, everySeverity);
    await raise("lower-0", { severity: "Medium", alertType: "VM_Lower" });
    await notifyDue(services);
    for (const index of [1, 2, 3, 4]) await raise(`lower-${index}`, { severity: "Low" });
    await notifyDue(services);
    expect(takeReceived()).toMatchObject([{ title: "Medium: lower-0", data: { isUpdate: false } }]);
    const dueIn = await dueInSeconds("gathered_digest");
    expect(dueIn).toHaveLength(1);
    expect(dueIn[0]).toSatisfy((seconds: number) => seconds > 40 && seconds <= 60);
    await makeDue("gathered_digest");
    await notifyDue(services);
    expect(takeReceived()).toMatchObject([
      {
        title: "1 Medium, 4 Low alerts",
        body: "vm-pay-01: lower-0\nvm-pay-01: lower-1\nvm-pay-01: lower-2\n+2",
        data: { isUpdate: false },
      },
    ]);
    // the minute is over
    clock.laterMs = 61_000;
    await raise("lower-later", { severity: "Low" });
    await notifyDue(services);
    expect(takeReceived()).toMatchObject([{ title: "Low: lower-later" }]);
  });

  it("sound at once if the message before has failed", async () => {
    const device = await addDevice(analyst);
    push.answer(device.path, 400);
    await raise("unsent-0", { alertType: "VM_Unsent" });
    await notifyDue(services);
    push.answer(device.path, 201);
    await raise("unsent-1", { alertType: "VM_Unsent" });
    await notifyDue(services);
    expect(takeReceived()).toMatchObject([{ title: "High: unsent-1" }]);
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
    expect(readAt(own.path)).toEqual([
      {
        title: expect.stringMatching(/^High: sample-[123]$/),
        body: "A sample, no attack · 2 more samples · vm-pay-01 · Persistence, Credential Access · Azure Production",
      },
    ]);
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
    clock.laterMs += 61_000;
    await raise("incident-3", { compromisedEntity: "vm-alone", isIncident: true });
    await notifyDue(services);
    expect(readAt(device.path)).toMatchObject([{ title: "High: incident-3" }]);
  });
});
