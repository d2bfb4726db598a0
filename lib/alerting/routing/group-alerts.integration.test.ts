import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { defaultPreferences } from "#lib/domain/recipients.ts";
import { everySeverity, startNotifying } from "#test/notifying.ts";
import { feed, notifyDue, signal } from "#test/steps.ts";
import { runPipeTest } from "#lib/ingest/pipe-tests/run.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, configurationId, alertOf, deliver, addDevice, raise } = started;
const { recipientsOf, makeDue, dueInSeconds, statesOf, readAt, takeReceived } = started;
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
    await setOwnPreferences(analyst, { ...defaultPreferences, isOn: true, severities: ["high", "medium"] });
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
  it("notifies the person who asked for samples, once for all of them", async () => {
    const [asked, other] = [await addDevice(admin), await addDevice(analyst)];
    await raise("sample-unasked", { alertType: "SIMULATED_Any", isSimulated: true });
    const test = runPipeTest(admin, configurationId, signal);
    await test.next();
    await deliver([1, 2, 3].map((index) => alertOf(`sample-${index}`, { alertType: `SIMULATED_${index}` })));
    await notifyDue(services);
    await test.return();
    expect(readAt(other.path)).toEqual([]);
    expect(readAt(asked.path)).toEqual([
      {
        title: expect.stringMatching(/^High: sample-[123]$/),
        body: "A sample that you asked for · 2 more like it within a minute · Azure Production",
      },
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
