import postgres from "postgres";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { undoStatusChanges } from "#lib/triage/undo-status.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { getDetection } from "#lib/triage/get.ts";
import { releaseLostOwners } from "#lib/triage/release-lost.ts";
import { removeMember } from "#lib/identity/team/members.ts";
import { userIdOf } from "#test/escalations.ts";
import { onMachine as on, startMessageLog } from "#test/message-log.ts";
import {
  alwaysOnShift,
  everySeverity,
  hoursThatBegin,
  startNotifying,
  switchedOff,
} from "#test/notifying.ts";
import { leaseDecided, leaseSent, notifyDue, signal } from "#test/steps.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, addDevice, raise, execute, configurationId } = started;
const { services } = stack;
beforeEach(started.reset);
afterAll(started.stop);

const seconds = 1_000;
const startLog = () => startMessageLog(started);
const titles = (messages: readonly { title: string }[]) => messages.map(({ title }) => title);
const offShift = () => ({ ...everySeverity, shift: hoursThatBegin(services.now()).shift });

describe("an alert that becomes High", () => {
  it.each(["Medium", "Low"])(
    "from %s sounds at once, although it sounded just now, and is escalated",
    async (severity) => {
      const { path } = await addDevice(analyst);
      await setOwnPreferences(analyst, everySeverity);
      await setOwnPreferences(admin, switchedOff);
      const { until, of } = startLog();
      const name = `rises-from-${severity}`;
      await raise(name, { severity });
      await until(10 * seconds);
      await raise(name, { severity: "High" });
      await until(15 * seconds);
      expect(titles(of(path))).toEqual([`${severity}: ${name}`, `High: ${name}`]);
      await until(320 * seconds);
      expect(of(path, 100_000)).toMatchObject([
        { title: `High: ${name}`, body: expect.stringContaining("Nobody has acknowledged it for 5 minutes") },
      ]);
    },
  );

  it("while it is gathered is said as High, and isn't said again with the others", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(analyst, everySeverity);
    await setOwnPreferences(admin, switchedOff);
    const { until, of } = startLog();
    await raise("low-before", { severity: "Low" });
    await until(5 * seconds);
    await raise("gathered-rises", { severity: "Medium" });
    await until(10 * seconds);
    await raise("gathered-rises", { severity: "High" });
    await until(70 * seconds);
    expect(titles(of(path))).toEqual(["Low: low-before", "High: gathered-rises"]);
  });

  it("before its message was sent is said once, as High", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(analyst, everySeverity);
    await setOwnPreferences(admin, switchedOff);
    await raise("unsent-rises", { severity: "Medium" });
    await started.decideDue();
    const id = await raise("unsent-rises", { severity: "High" });
    await notifyDue(services);
    expect(titles(started.readAt(path))).toEqual(["High: unsent-rises"]);
    expect(await started.statesOf(id)).toEqual([
      ["Some analyst", "skipped"],
      ["Some analyst", "accepted"],
    ]);
  });

  it("while it is deferred notifies at once, if nobody is on shift", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    await setOwnPreferences(analyst, { ...offShift(), alwaysNotify: ["high"] });
    const { until, of } = startLog();
    await raise("deferred-rises", { severity: "Medium" });
    await until(10 * seconds);
    expect(of(path)).toEqual([]);
    await raise("deferred-rises", { severity: "High" });
    await until(15 * seconds);
    expect(titles(of(path))).toEqual(["High: deferred-rises"]);
  });

  it("notifies nobody if somebody owns it, and is escalated once its owner is gone", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(analyst, everySeverity);
    await setOwnPreferences(admin, switchedOff);
    const owner = await stack.asMember("analyst", admin.actor.organisationId);
    const { until, of } = startLog();
    const id = await raise("owned-rises", { severity: "Medium" });
    await until(5 * seconds);
    await acknowledgeDetections(owner, [id]);
    await raise("owned-rises", { severity: "High" });
    await until(320 * seconds);
    expect(titles(of(path))).toEqual(["Medium: owned-rises"]);
    expect((await getDetection(admin, id)).acknowledgedBy).not.toBeNull();
    await removeMember(admin, { userId: userIdOf(owner) });
    await releaseLostOwners(services, signal);
    await until(330 * seconds);
    expect(titles(of(path, 320_000))).toEqual(["High: owned-rises"]);
  });
});

describe("an alert that is gathered", () => {
  it("is said once, however often it is closed and reopened within the minute", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    const { until, of, lastAtMs } = startLog();
    await raise("before-flapping");
    await until(1 * seconds);
    const soundedMs = lastAtMs();
    for (const at of [5, 15, 25]) {
      await until(at * seconds);
      await raise("flapping", { status: "Active" });
      await until((at + 5) * seconds);
      if (at < 25) await raise("flapping", { status: "Resolved" });
    }
    await until(soundedMs + 60 * seconds);
    expect(of(path, soundedMs + 1)).toMatchObject([
      { title: "2 High alerts", body: "vm-pay-01: before-flapping\nvm-pay-01: flapping" },
    ]);
    await until(130 * seconds);
    await raise("before-lone");
    await until(135 * seconds);
    await raise("lone-flapping");
    await until(140 * seconds);
    await raise("lone-flapping", { status: "Resolved" });
    await until(145 * seconds);
    await raise("lone-flapping", { status: "Active" });
    await execute(
      "update detections set status = 'resolved' where title in ('before-lone', 'before-flapping')",
    );
    await until(195 * seconds);
    expect(titles(of(path, 160_000))).toEqual(["High: lone-flapping"]);
  });

  it("isn't said to somebody who doesn't want it any more: a High goes to the admins, another to nobody", async () => {
    const { path } = await addDevice(analyst);
    const other = await addDevice(admin);
    await setOwnPreferences(admin, switchedOff);
    const { until, of } = startLog();
    for (const severity of ["High", "Medium"]) {
      await raise(`wanted-1-${severity}`, { severity });
      await raise(`wanted-2-${severity}`, { severity });
    }
    await until(10 * seconds);
    await setOwnPreferences(analyst, switchedOff);
    await until(70 * seconds);
    expect(of(path, 30_000)).toEqual([]);
    expect(titles(of(other.path))).toEqual([expect.stringMatching(/^High: wanted-\d-High$/)]);
  });

  it("of an account that is a test account by now waits for the person's hours", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    await setOwnPreferences(analyst, { ...offShift(), alwaysNotify: ["high"] });
    const { until, of } = startLog();
    await raise("production-1");
    await until(5 * seconds);
    await raise("production-2");
    await until(10 * seconds);
    const environmentIs = (name: string) =>
      stack.asOwner(`update configurations set environment = '${name}' where id = '${configurationId}'`);
    await environmentIs("test");
    try {
      await until(400 * seconds);
      expect(of(path, 30_000)).toEqual([]);
      await until(3 * 3_600 * seconds);
      expect(titles(of(path, 30_000))).toEqual([
        "1 alert came while you were off",
        // a while after the digest; the later step is for the admins
        "2 High unacknowledged for 5 min: vm-pay-01",
      ]);
    } finally {
      await environmentIs("production");
    }
  });

  it.each(["Medium", "High"])(
    "of severity %s and left out, because somebody was closing it, is said if that is undone",
    async (severity) => {
      const { path } = await addDevice(analyst);
      await setOwnPreferences(analyst, everySeverity);
      await setOwnPreferences(admin, switchedOff);
      services.undoWindowMs = 600_000;
      const { until, of } = startLog();
      await raise(`before-closing-${severity}`, { severity });
      await until(5 * seconds);
      const id = await raise(`undone-${severity}`, { severity });
      await until(55 * seconds);
      const [change] = await setDetectionStatus(analyst, {
        items: [{ id, expected: "active" }],
        to: "resolved",
        note: "Looked at it.",
      });
      await until(65 * seconds);
      if (change?.outcome !== "held") throw new Error("not pending");
      await undoStatusChanges(analyst, [change.changeId]);
      await until(70 * seconds);
      expect(titles(of(path))).toEqual([
        `${severity}: before-closing-${severity}`,
        `${severity}: undone-${severity}`,
      ]);
      await until(310 * seconds);
      const escalated = ["2 High unacknowledged for 5 min: vm-pay-01"];
      expect(titles(of(path, 100_000))).toEqual(severity === "High" ? escalated : []);
    },
  );

  it("leaves its incident to be said if it is closed itself", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(analyst, everySeverity);
    await setOwnPreferences(admin, switchedOff);
    const { until, of } = startLog();
    const medium = (name: string) => ({ severity: "Medium", ...on(name) });
    await raise("before-incident", medium("vm-other"));
    await until(5 * seconds);
    await raise("closed-member", medium("vm-member"));
    await until(10 * seconds);
    await raise("left-incident", { ...medium("vm-member"), isIncident: true });
    await until(15 * seconds);
    await raise("closed-member", { ...medium("vm-member"), status: "Resolved" });
    await until(70 * seconds);
    expect(of(path, 30_000)).toMatchObject([
      { title: "2 Medium alerts", body: "vm-other: before-incident\nvm-member: left-incident" },
    ]);
  });

  it("takes its incident along into a message of its own", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(analyst, everySeverity);
    await setOwnPreferences(admin, switchedOff);
    const { until, of } = startLog();
    const medium = (name: string) => ({ severity: "Medium", ...on(name) });
    const first = await raise("before-lone-member", medium("vm-other"));
    await until(5 * seconds);
    await raise("lone-member", medium("vm-lone"));
    await until(10 * seconds);
    await raise("its-incident", { ...medium("vm-lone"), isIncident: true });
    await until(15 * seconds);
    await acknowledgeDetections(analyst, [first]);
    await until(70 * seconds);
    expect(of(path, 30_000)).toMatchObject([
      {
        title: "Medium: lone-member",
        body: expect.stringContaining("and an incident of which it is a part"),
      },
    ]);
  });
});

it("an alert that somebody acknowledged before it was decided notifies nobody, until its owner is gone", async () => {
  const { path } = await addDevice(analyst);
  await setOwnPreferences(admin, switchedOff);
  await setOwnPreferences(analyst, everySeverity);
  const owner = await stack.asMember("analyst", admin.actor.organisationId);
  const { until, of } = startLog();
  const ids = [await raise("owned-high"), await raise("owned-medium", { severity: "Medium" })];
  await acknowledgeDetections(owner, ids);
  await until(100 * seconds);
  expect(of(path)).toEqual([]);
  await removeMember(admin, { userId: userIdOf(owner) });
  await releaseLostOwners(services, signal);
  await until(105 * seconds);
  expect(titles(of(path)).toSorted()).toEqual(["High: owned-high", "Medium: owned-medium"]);
  await until(310 * seconds);
  expect(of(path, 200_000)).toMatchObject([
    { title: "High: owned-high", body: expect.stringContaining("Nobody has acknowledged it") },
  ]);
});

describe("what fails", () => {
  it("a person's digest that can't be sent is given up, so that it takes no further alert in", async () => {
    const { path } = await addDevice(analyst);
    const other = await addDevice(admin);
    await setOwnPreferences(admin, switchedOff);
    await raise("fault-1");
    await notifyDue(services);
    await raise("fault-2");
    await notifyDue(services);
    const sql = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
    const digests = async () => {
      clock.laterMs += 61 * seconds;
      await started.makeDue("gathered_digest");
      await started.expireLeases();
      const failed: string[] = [];
      // the worker would log the error; the test only counts
      for (const work of await leaseDecided(services)) await work().catch(() => failed.push("failed"));
      for (const work of await leaseSent(services)) await work();
      return failed;
    };
    try {
      await sql`create function refuse() returns trigger language plpgsql as $$ begin raise sqlstate '22021'; end $$`;
      await sql`create trigger refuse before insert on notifications for each row
        when (new.digest_id is not null and new.detection_id is null) execute function refuse()`;
      expect([await digests(), await digests(), await digests()]).toEqual([["failed"], ["failed"], []]);
    } finally {
      await sql`drop function refuse() cascade`;
      await sql.end();
    }
    expect(titles(started.readAt(other.path))).toEqual(["High: fault-2"]);
    await raise("fault-3");
    await notifyDue(services);
    expect(titles(started.readAt(path)).at(-1)).toBe("High: fault-3");
  });

  it("if the only one on shift can't be reached, nor any admin, those off shift are notified at once", async () => {
    const onShift = await addDevice(analyst);
    const colleague = await stack.asMember("analyst", admin.actor.organisationId);
    const off = await addDevice(colleague);
    await setOwnPreferences(admin, switchedOff);
    await setOwnPreferences(analyst, alwaysOnShift);
    await setOwnPreferences(colleague, { ...offShift(), alwaysNotify: ["high"] });
    await stack.asOwner("update devices set last_shown_at = now()");
    push.answer(onShift.path, 410);
    const id = await raise("nobody-on-shift");
    await notifyDue(services);
    expect(titles(started.readAt(off.path))).toEqual(["High: nobody-on-shift"]);
    expect((await getDetection(admin, id)).timeline.map(({ text }) => text).join()).not.toContain("admins");
    await removeMember(admin, { userId: userIdOf(colleague) });
  });

  it("an alert that could notify nobody is escalated after its owner is gone", async () => {
    for (const who of [admin, analyst]) await setOwnPreferences(who, switchedOff);
    const owner = await stack.asMember("analyst", admin.actor.organisationId);
    await setOwnPreferences(owner, switchedOff);
    const { until, of } = startLog();
    const id = await raise("unheard");
    await until(5 * seconds);
    expect(await started.statesOf(id)).toEqual([["Some admin", "skipped"]]);
    await acknowledgeDetections(owner, [id]);
    await until(310 * seconds);
    const { path } = await addDevice(admin);
    await removeMember(admin, { userId: userIdOf(owner) });
    await releaseLostOwners(services, signal);
    await until(320 * seconds);
    expect(titles(of(path))).toEqual(["High: unheard"]);
  });
});

it("samples don't count among the High messages of an hour", async () => {
  const { path } = await addDevice(admin);
  await setOwnPreferences(analyst, switchedOff);
  for (let index = 0; index < 30; index++) {
    await raise(`sample-of-the-hour-${index}`, { alertType: "SIMULATED_X" });
    await notifyDue(services);
    // another configuration's samples are grouped apart; so are those of other ten minutes
    await execute(
      "update notifications set queued_at = queued_at - interval '11 minutes' where queued_at > now() - interval '5 minutes'",
    );
  }
  expect(started.takeReceived()).toHaveLength(30);
  await raise("real-after-samples");
  await notifyDue(services);
  expect(titles(started.readAt(path))).toEqual(["High: real-after-samples"]);
});
