import postgres from "postgres";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { alwaysOnShift, startNotifying, switchedOff } from "#test/notifying.ts";
import { formValues } from "#test/stack.ts";
import { leaseDecided, notifyDue } from "#test/steps.ts";
import { getDetection } from "#lib/triage/get.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, alertOf, deliver, addDevice, raise, recipientsOf, readAt } =
  started;
const { services } = stack;
beforeEach(started.reset);
afterAll(started.stop);

describe("a new High alert", () => {
  it("notifies each device of everyone who may see it once, encrypted for that device only", async () => {
    const devices = [await addDevice(admin), await addDevice(analyst), await addDevice(analyst)];
    const id = await raise("notifies-1");
    await notifyDue(services);
    expect(push.received.map(({ path }) => path).toSorted()).toEqual(
      devices.map(({ path }) => path).toSorted(),
    );
    const [message] = push.received;
    expect(message).toMatchObject({
      payload: {
        web_push: 8030,
        notification: {
          title: "High: notifies-1",
          body: `vm-pay-01 · Persistence, Credential Access · ${formValues.displayName}`,
        },
      },
      ttl: "3600",
      urgency: "high",
      topic: id.replaceAll("-", ""),
      claims: { sub: "mailto:soc@contoso.com" },
    });
    expect(message?.payload.notification.navigate).toContain(`http://localhost:3000/detections/${id}?told=`);
    expect(JSON.stringify(message?.payload).length).toBeLessThan(3_000);
    expect(await recipientsOf(id)).toEqual(
      devices.map(() => ({ device: "Safari on iPhone or iPad", state: "accepted", problem: null })),
    );
    // the same alert again, and the same work once more
    await raise("notifies-1", { description: "Changed." });
    expect(await notifyDue(services)).toBe(0);
    expect(push.received).toHaveLength(3);
  });

  it("notifies nobody if it is history, closed, or of a severity that nobody wants, as a sample or not", async () => {
    await addDevice(analyst);
    for (const ctx of [admin, analyst])
      await setOwnPreferences(ctx, { ...alwaysOnShift, severities: ["high"] });
    await raise("quiet-1", {}, 61 * 60_000);
    await raise("quiet-2", { status: "Resolved" });
    expect(await notifyDue(services)).toBe(0);
    await raise("quiet-3", { alertType: "SIMULATED_X", severity: "Medium" });
    const id = await raise("quiet-4", { severity: "Medium" });
    await notifyDue(services);
    expect(push.received).toEqual([]);
    expect((await getDetection(admin, id)).timeline.map(({ text }) => text).join()).not.toContain("notified");
    await raise("loud", {}, 59 * 60_000);
    await notifyDue(services);
    expect(push.received).toHaveLength(1);
  });

  it("notifies people who want its severity, and the admins if it is High and nobody does", async () => {
    const [ofAdmin, ofAnalyst] = [await addDevice(admin), await addDevice(analyst)];
    await setOwnPreferences(analyst, { ...alwaysOnShift, severities: ["medium"] });
    await setOwnPreferences(admin, { ...switchedOff, severities: [] });
    await raise("wanted-1", { severity: "Medium" });
    await notifyDue(services);
    expect(push.received.map(({ path }) => path)).toEqual([ofAnalyst.path]);
    const id = await raise("wanted-2");
    await notifyDue(services);
    expect(push.received.map(({ path }) => path)).toEqual([ofAnalyst.path, ofAdmin.path]);
    expect((await getDetection(admin, id)).timeline[0]?.text).toContain("The admins were notified");
    await expect(setOwnPreferences(analyst, { ...alwaysOnShift, severities: [] })).rejects.toThrow(
      "at least one severity",
    );
  });

  it("that can notify nobody has an entry about it in its timeline", async () => {
    const id = await raise("nobody");
    await notifyDue(services);
    const { recipients, timeline } = await getDetection(admin, id);
    expect(recipients.map(({ person, state }) => `${person}: ${state}`)).toEqual([
      "Some admin: skipped",
      "Some analyst: skipped",
    ]);
    expect(timeline[0]?.text).toContain("Nobody was notified");
  });
});

describe("a worker", () => {
  it("that dies between deciding and sending leaves the notification to another, which sends it once", async () => {
    const device = await addDevice(analyst);
    await raise("crash-1");
    const [decide] = await leaseDecided(services);
    if (!decide) throw new Error("nothing is due");
    // gone before it could do anything; its lease runs out
    expect(await notifyDue(services)).toBe(0);
    await started.expireLeases();
    await notifyDue(services);
    // and what it does when it comes back after all changes nothing
    await decide();
    await notifyDue(services);
    expect(push.received.map(({ path }) => path)).toEqual([device.path]);
  });

  it("decides and sends once beside other workers, for thirty alerts and four devices", async () => {
    for (const ctx of [admin, admin, analyst, analyst]) await addDevice(ctx);
    await deliver(Array.from({ length: 30 }, (_none, index) => alertOf(`side-${index}`)));
    const notifyByFour = () => Promise.all(Array.from({ length: 4 }, () => notifyDue(services)));
    await notifyByFour();
    await started.makeDue("gathered_digest");
    await notifyByFour();
    const sent = push.received.map(({ path, topic }) => `${path} ${topic}`);
    expect(sent).toHaveLength(8);
    expect(new Set(sent).size).toBe(8);
    const titles = push.received.map(({ payload }) => payload.notification.title);
    expect(titles.filter((title) => title === "30 High alerts")).toHaveLength(4);
  });

  it("that fails to decide on one of many alerts decides on the others and retries that one", async () => {
    const device = await addDevice(analyst);
    const sql = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
    try {
      await sql`create function refuse() returns trigger language plpgsql as
        $$ begin if exists (select from detections d where d.id = new.detection_id and d.title = 'bad-one')
          then raise sqlstate '22021'; end if; return new; end $$`;
      await sql`create trigger refuse before insert on notifications for each row execute function refuse()`;
      // one after the other, for those of one moment come in any order
      for (const name of ["good-one", "bad-one", "good-two"]) await raise(name);
      const [decide] = await leaseDecided(services);
      await expect(decide?.()).rejects.toThrow("could not be decided");
      await notifyDue(services);
      await started.makeDue("gathered_digest");
      await notifyDue(services);
      expect(readAt(device.path).map(({ title }) => title)).toEqual(["High: good-one", "2 High alerts"]);
      expect(readAt(device.path)[1]?.body).toBe("vm-pay-01: good-one\nvm-pay-01: good-two");
    } finally {
      await sql`drop function refuse() cascade`;
      await sql.end();
    }
    await started.expireLeases();
    clock.laterMs = 61_000;
    await notifyDue(services);
    expect(readAt(device.path).map(({ title }) => title)).toContain("High: bad-one");
  });
});
