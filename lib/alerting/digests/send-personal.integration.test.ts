import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { everySeverity, hoursThatBegin, startNotifying, switchedOff } from "#test/notifying.ts";
import { notifyDue } from "#test/steps.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { push, admin, analyst, clock, alertOf, deliver, addDevice, raise, makeDue, readAt } = started;
const { execute, statesOf, dueInSeconds } = started;
const { services } = started.stack;
beforeEach(started.reset);
afterAll(started.stop);

describe("outside a person's hours", () => {
  it("alerts are deferred until the hours begin, and then counted in one digest", async () => {
    const device = await addDevice(analyst);
    const { shift, begins } = hoursThatBegin(services.now());
    await setOwnPreferences(analyst, { ...everySeverity, shift });
    await setOwnPreferences(admin, switchedOff);
    const medium = await raise("deferred-1", { severity: "Medium" });
    await raise("deferred-2", { severity: "Medium" });
    await raise("deferred-3", { severity: "Low" });
    await notifyDue(services);
    expect(push.received).toEqual([]);
    expect(await statesOf(medium)).toEqual([["Some analyst", "deferred"]]);
    const [dueIn = 0] = await dueInSeconds("digest");
    expect(Math.abs(dueIn * 1_000 - (begins.getTime() - services.now().getTime()))).toBeLessThan(5_000);
    // one is closed meanwhile
    await execute(`update detections set status = 'resolved' where id = '${medium}'`);
    // looked at too early, it waits on
    await makeDue("digest");
    await notifyDue(services);
    expect(push.received).toEqual([]);
    clock.laterMs = begins.getTime() - Date.now() + 1_000;
    await makeDue("digest");
    await notifyDue(services);
    expect(readAt(device.path)).toEqual([
      { title: "3 alerts came while you were off", body: "2 Medium, 1 Low · 1 closed since" },
    ]);
    await makeDue("digest");
    expect(await notifyDue(services)).toBe(0);
  });

  it("a change of the hours ends the wait, and a person who switches notifications off gets no digest", async () => {
    const device = await addDevice(analyst);
    const { shift } = hoursThatBegin(services.now());
    await setOwnPreferences(analyst, { ...everySeverity, shift });
    await raise("changed-1", { severity: "Low" });
    await notifyDue(services);
    await setOwnPreferences(analyst, everySeverity);
    await notifyDue(services);
    expect(readAt(device.path)).toMatchObject([{ title: "1 alert came while you were off" }]);
    push.received.length = 0;
    await setOwnPreferences(analyst, { ...everySeverity, shift });
    await raise("changed-2", { severity: "Low" });
    await notifyDue(services);
    await setOwnPreferences(analyst, { ...everySeverity, isOn: false });
    await notifyDue(services);
    expect(push.received).toEqual([]);
  });
});

describe("a person", () => {
  it("gets thirty messages about alerts an hour; further alerts are in one digest", async () => {
    const device = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    for (let index = 0; index < 30; index++) {
      await deliver([alertOf(`many-${index}`)]);
      await notifyDue(services);
      clock.laterMs += 61_000;
    }
    await deliver(Array.from({ length: 12 }, (_none, index) => alertOf(`too-many-${index}`)));
    await notifyDue(services);
    expect(readAt(device.path)).toHaveLength(30);
    push.received.length = 0;
    expect((await dueInSeconds("digest")).map(Math.round)).toEqual([expect.closeTo(600, -1)]);
    await makeDue("digest");
    await notifyDue(services);
    expect(readAt(device.path)).toEqual([
      { title: "12 more alerts", body: "12 High · At most 30 messages an hour notify you" },
    ]);
  });
});
