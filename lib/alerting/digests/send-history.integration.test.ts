import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { everySeverity, hoursThatBegin, startNotifying, switchedOff } from "#test/notifying.ts";
import { notifyDue, pollNow } from "#test/steps.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { push, admin, analyst, clock, alertOf, deliver, addDevice, makeDue, readAt } = started;
const { execute, dueInSeconds } = started;
const { services } = started.stack;
beforeEach(async () => {
  // alerts that Azure has already aren't new
  await pollNow(services);
  await started.reset();
});
afterAll(started.stop);

describe("history", () => {
  const old = (name: string, properties: object = {}) => alertOf(name, properties, 3 * 3_600_000);
  /**
   * Takes the analyst off call and switches off the admin's notifications. Returns when the analyst's on-call hours
   * begin.
   */
  const goOffCall = async () => {
    const { shift, begins } = hoursThatBegin(services.now());
    await setOwnPreferences(analyst, { ...everySeverity, shift, alwaysNotify: [] });
    await setOwnPreferences(admin, switchedOff);
    return begins;
  };

  it("notifies nobody, and is one digest that names the time without polls", async () => {
    const device = await addDevice(analyst);
    await execute("update configurations set last_good_sync_at = '2026-03-04T01:12:00Z'");
    await deliver([old("old-1"), old("old-2", { severity: "Low" }), old("old-3", { severity: "Low" })]);
    await deliver([old("old-4", { severity: "Medium" })]);
    await notifyDue(services);
    expect(push.received).toEqual([]);
    await pollNow(services);
    await makeDue("digest");
    await notifyDue(services);
    const messages = readAt(device.path);
    expect(messages).toHaveLength(1);
    expect(messages[0]?.title).toMatch(
      /^Azure Production was not read 4 Mar, 01:12 – .*UTC; 4 alerts came meanwhile$/,
    );
    expect(messages[0]?.body).toBe("1 High, 1 Medium, 2 Low · Too old to notify one by one");
  });

  it("is sent for the severities that the configuration notifies about, whatever else is in it", async () => {
    const device = await addDevice(analyst);
    await setOwnPreferences(analyst, everySeverity);
    await setOwnPreferences(admin, switchedOff);
    await execute("update configurations set notify_about = '{medium}'");
    try {
      await deliver([old("about-high"), old("about-medium", { severity: "Medium" })]);
      await makeDue("digest");
      await notifyDue(services);
      expect(readAt(device.path)).toMatchObject([
        { body: "1 High, 1 Medium · Too old to notify one by one" },
      ]);
      push.received.length = 0;
      await deliver([old("about-high-only")]);
      await makeDue("digest");
      await notifyDue(services);
      expect(push.received).toEqual([]);
    } finally {
      await execute("update configurations set notify_about = '{high,medium,low,informational}'");
    }
  });

  it("that arrives while a digest waits for a person's hours is added to it", async () => {
    const device = await addDevice(analyst);
    const begins = await goOffCall();
    for (const name of ["late-1", "late-2"]) {
      await deliver([old(name, { severity: "Medium" })]);
      await makeDue("digest");
      await notifyDue(services);
    }
    expect(push.received).toEqual([]);
    clock.laterMs = begins.getTime() - Date.now() + 1_000;
    await makeDue("digest");
    await notifyDue(services);
    expect(readAt(device.path)).toMatchObject([{ body: "2 Medium · Too old to notify one by one" }]);
  });

  it("of a first poll is sent when the poll is over, or when a person's hours begin", async () => {
    const device = await addDevice(analyst);
    const begins = await goOffCall();
    await execute("update configurations set last_good_sync_at = null");
    await deliver([old("first-1", { severity: "Medium" })]);
    await makeDue("digest");
    await notifyDue(services);
    expect((await dueInSeconds("digest")).map(Math.round)).toEqual([expect.closeTo(30, -1)]);
    await execute("update configurations set last_good_sync_at = now()");
    await makeDue("digest");
    await notifyDue(services);
    expect(push.received).toEqual([]);
    clock.laterMs = begins.getTime() - Date.now() + 1_000;
    await makeDue("digest");
    await notifyDue(services);
    expect(readAt(device.path)).toEqual([
      {
        title: "Azure Production is connected; 1 alert was open already",
        body: "1 Medium · Too old to notify one by one",
      },
    ]);
  });
});
