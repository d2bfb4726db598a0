import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { defaultPreferences } from "#lib/domain/recipients.ts";
import type { Hours } from "#lib/domain/on-call-hours.ts";
import { type MailService, startMailService } from "#test/mail-service.ts";
import { startNotifying } from "#test/notifying.ts";
import { pollNow, signal, tellDue } from "#test/steps.ts";
import { getDetection } from "#lib/triage/get.ts";
import { removeDevice } from "../devices/change.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { runPipeTest } from "#lib/ingest/pipe-tests/run.ts";
import { setConfigurationDisabled } from "#lib/sources/configurations/change.ts";
import { createOutgoingWebhook } from "../webhook/save.ts";
import { setOwnPreferences } from "../preferences/own.ts";
import { watchOrganisations } from "../alarms/watch.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, alertOf, deliver, addDevice, raise, makeDue, readAt } = started;
const { configurationId } = started;
const { services } = stack;
const { organisationId } = admin.actor;
let mail: MailService;
beforeAll(async () => {
  mail = await startMailService();
});
beforeEach(async () => {
  // what Azure holds already is no news
  await pollNow(services);
  await started.reset();
  services.mail = { from: null, send: services.mail.send };
  mail.received.length = 0;
});
afterAll(async () => {
  await started.stop();
  await mail.stop();
});

const day = 86_400_000;
const minute = 60_000;
const execute = (text: string) => inOrganisation(services.db, organisationId, (tx) => tx.execute(text));
/** Hours by which a person is off now, and on again after the next full hour. */
function offNow(): { hours: Hours; begins: Date } {
  const now = services.now();
  const begins = new Date(Math.floor(now.getTime() / 3_600_000 + 2) * 3_600_000);
  const from = `${String(begins.getUTCHours()).padStart(2, "0")}:00`;
  const to = `${String((begins.getUTCHours() + 1) % 24).padStart(2, "0")}:00`;
  return { hours: { timeZone: "UTC", windows: [{ day: begins.getUTCDay(), from, to }] }, begins };
}
const allOf = { ...defaultPreferences, severities: ["high", "medium", "low", "informational"] as const };
/** What waits in the queue, with the seconds until it is due. */
const waits = async (subject: string) =>
  [
    ...(await services.db.execute<{ due: number }>(
      `select extract(epoch from due_at - now())::float8 as due from notification_queue where subject = '${subject}'`,
    )),
  ].map(({ due }) => due);
const statesOf = async (id: string) =>
  (await getDetection(admin, id)).told.map(({ person, state, noticeKind }) => [person, state, noticeKind]);

describe("outside a person's hours", () => {
  it("an alert waits for their beginning, when one summary says how many there were", async () => {
    const device = await addDevice(analyst);
    const { hours, begins } = offNow();
    await setOwnPreferences(analyst, { ...allOf, hours });
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
    const medium = await raise("held-1", { severity: "Medium" });
    await raise("held-2", { severity: "Medium" });
    await raise("held-3", { severity: "Low" });
    await tellDue(services);
    expect(push.received).toEqual([]);
    expect(await statesOf(medium)).toEqual([["Some analyst", "held", "digest"]]);
    const [dueIn = 0] = await waits("notice");
    expect(Math.abs(dueIn * 1_000 - (begins.getTime() - services.now().getTime()))).toBeLessThan(5_000);
    // one is closed meanwhile
    await execute(`update detections set status = 'resolved' where id = '${medium}'`);
    // looked at too early, it waits on
    await makeDue("notice");
    await tellDue(services);
    expect(push.received).toEqual([]);
    clock.laterMs = begins.getTime() - Date.now() + 1_000;
    await makeDue("notice");
    await tellDue(services);
    expect(readAt(device.path)).toEqual([
      { title: "3 alerts came while you were off", body: "2 Medium, 1 Low · 1 closed since" },
    ]);
    await makeDue("notice");
    expect(await tellDue(services)).toBe(0);
  });

  it("a High one comes through, unless they don't want that: then it wakes the admins", async () => {
    const [own, other] = [await addDevice(analyst), await addDevice(admin)];
    await setOwnPreferences(analyst, { ...defaultPreferences, hours: offNow().hours });
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
    await raise("through-1");
    await tellDue(services);
    expect(readAt(own.path)).toHaveLength(1);
    expect(readAt(other.path)).toEqual([]);
    push.received.length = 0;
    await setOwnPreferences(analyst, { ...defaultPreferences, hours: offNow().hours, through: [] });
    const id = await raise("through-2");
    await tellDue(services);
    expect(readAt(own.path)).toEqual([]);
    expect(readAt(other.path)).toHaveLength(1);
    expect((await getDetection(admin, id)).timeline[0]?.text).toContain("The admins were told");
  });

  it("hours that are changed end the wait; who switches notifications off gets no summary", async () => {
    const device = await addDevice(analyst);
    await setOwnPreferences(analyst, { ...allOf, hours: offNow().hours });
    await raise("changed-1", { severity: "Low" });
    await tellDue(services);
    await setOwnPreferences(analyst, allOf);
    await tellDue(services);
    expect(readAt(device.path)).toMatchObject([{ title: "1 alert came while you were off" }]);
    push.received.length = 0;
    await setOwnPreferences(analyst, { ...allOf, hours: offNow().hours });
    await raise("changed-2", { severity: "Low" });
    await tellDue(services);
    await setOwnPreferences(analyst, { ...allOf, isOn: false });
    await tellDue(services);
    expect(push.received).toEqual([]);
  });

  it("one of a configuration that they didn't choose is told to nobody", async () => {
    await addDevice(analyst);
    await setOwnPreferences(analyst, {
      ...allOf,
      configurationIds: ["01a2182a-40fc-70a6-b520-ff7e538d2f0d"],
    });
    const id = await raise("elsewhere", { severity: "Medium" });
    await tellDue(services);
    expect(await statesOf(id)).toEqual([]);
  });

  it.each([
    [{ hours: { timeZone: "Mars/Olympus", windows: [{ day: 1, from: "08:00", to: "17:00" }] } }, "time zone"],
    [{ hours: { timeZone: "UTC", windows: [] } }, "Add at least one window"],
    [{ hours: { timeZone: "UTC", windows: [{ day: 1, from: "08:10", to: "17:00" }] } }, "quarters"],
    [{ configurationIds: [] }, "at least one configuration"],
  ])("%j is refused in words", async (changes, words) => {
    await expect(setOwnPreferences(analyst, { ...defaultPreferences, ...changes })).rejects.toThrow(words);
  });
});

describe("a person's phone", () => {
  it("rings for thirty alerts an hour; what comes beyond is one summary", async () => {
    const device = await addDevice(analyst);
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
    await deliver(Array.from({ length: 42 }, (_none, index) => alertOf(`many-${index}`)));
    await tellDue(services);
    expect(readAt(device.path)).toHaveLength(30);
    push.received.length = 0;
    expect((await waits("notice")).map(Math.round)).toEqual([expect.closeTo(600, -1)]);
    await makeDue("notice");
    await tellDue(services);
    expect(readAt(device.path)).toEqual([
      { title: "12 more alerts", body: "12 High · Your devices ring for 30 an hour at most" },
    ]);
  });
});

describe("a summary that can be said to nobody", () => {
  it("has the admins told of what it would have counted", async () => {
    const device = await addDevice(analyst);
    const other = await addDevice(admin);
    await setOwnPreferences(analyst, { ...allOf, hours: offNow().hours });
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
    await raise("unsaid", { severity: "Medium" });
    await tellDue(services);
    expect(push.received).toEqual([]);
    await removeDevice(analyst, device.id);
    // their hours are all day long now
    await setOwnPreferences(analyst, allOf);
    await tellDue(services);
    expect(readAt(other.path)).toMatchObject([{ title: "Medium: unsaid" }]);
  });
});

describe("history", () => {
  const old = (name: string, properties: object = {}) => alertOf(name, properties, 3 * 3_600_000);

  it("rings for nobody, and is one summary that says since when nothing was read", async () => {
    const device = await addDevice(analyst);
    await execute("update configurations set last_good_sync_at = '2026-03-04T01:12:00Z'");
    await deliver([old("old-1"), old("old-2", { severity: "Low" }), old("old-3", { severity: "Low" })]);
    await deliver([old("old-4", { severity: "Medium" })]);
    await tellDue(services);
    expect(push.received).toEqual([]);
    await pollNow(services);
    await makeDue("notice");
    await tellDue(services);
    const told = readAt(device.path);
    expect(told).toHaveLength(1);
    expect(told[0]?.title).toMatch(
      /^Azure Production was not read 4 Mar, 01:12 – .*UTC; 4 alerts came meanwhile$/,
    );
    expect(told[0]?.body).toBe("1 High, 1 Medium, 2 Low · Too old to ring one by one");
  });

  it("that comes while the one before waits for a person's hours is added to it", async () => {
    const device = await addDevice(analyst);
    const { hours, begins } = offNow();
    await setOwnPreferences(analyst, { ...allOf, hours, through: [] });
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
    for (const name of ["late-1", "late-2"]) {
      await deliver([old(name, { severity: "Medium" })]);
      await makeDue("notice");
      await tellDue(services);
    }
    expect(push.received).toEqual([]);
    clock.laterMs = begins.getTime() - Date.now() + 1_000;
    await makeDue("notice");
    await tellDue(services);
    expect(readAt(device.path)).toMatchObject([{ body: "2 Medium · Too old to ring one by one" }]);
  });

  it("of a first import is told when the first read is over, and outside their hours when they begin", async () => {
    const device = await addDevice(analyst);
    const { hours, begins } = offNow();
    await setOwnPreferences(analyst, { ...allOf, hours, through: [] });
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
    await execute("update configurations set last_good_sync_at = null");
    await deliver([old("first-1", { severity: "Medium" })]);
    await makeDue("notice");
    await tellDue(services);
    expect((await waits("notice")).map(Math.round)).toEqual([expect.closeTo(30, -1)]);
    await execute("update configurations set last_good_sync_at = now()");
    await makeDue("notice");
    await tellDue(services);
    expect(push.received).toEqual([]);
    clock.laterMs = begins.getTime() - Date.now() + 1_000;
    await makeDue("notice");
    await tellDue(services);
    expect(readAt(device.path)).toEqual([
      {
        title: "Azure Production is connected; 1 alert was open already",
        body: "1 Medium · Too old to ring one by one",
      },
    ]);
  });
});

describe("a sample", () => {
  it("rings once, for the person who asked for samples", async () => {
    const [asked, other] = [await addDevice(admin), await addDevice(analyst)];
    await raise("sample-unasked", { alertType: "SIMULATED_Any", isSimulated: true });
    const test = runPipeTest(admin, configurationId, signal);
    await test.next();
    await deliver([1, 2, 3].map((index) => alertOf(`sample-${index}`, { alertType: `SIMULATED_${index}` })));
    await tellDue(services);
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
  it("is counted in what rang for its members, unless it is more severe than they", async () => {
    const device = await addDevice(analyst);
    await setOwnPreferences(analyst, allOf);
    const on = { compromisedEntity: "vm-incident" };
    await raise("member-1", { ...on, severity: "Medium" });
    await tellDue(services);
    push.received.length = 0;
    clock.laterMs = 2 * 3_600_000;
    const quiet = await raise("incident-1", { ...on, severity: "Medium", isIncident: true });
    await tellDue(services);
    expect(push.received).toEqual([]);
    expect(await statesOf(quiet)).toContainEqual(["Some analyst", "folded", null]);
    await raise("incident-2", { ...on, severity: "High", isIncident: true });
    await tellDue(services);
    expect(readAt(device.path)).toMatchObject([{ title: "High: incident-2" }]);
    push.received.length = 0;
    await raise("incident-3", { compromisedEntity: "vm-alone", isIncident: true });
    await tellDue(services);
    expect(readAt(device.path)).toMatchObject([{ title: "High: incident-3" }]);
  });
});

describe("a configuration that is not well", () => {
  const withMail = () => {
    services.mail = mail.asWayOut();
  };
  const break_ = (code: string, since: Date) =>
    execute(
      `update configurations set problem_code = '${code}', problem_message = 'Azure refuses the secret.', problem_remedy = 'Replace it.', problem_since = '${since.toISOString()}', problem_passes = ${code === "throttled"}`,
    );
  const watch = async () => {
    // that hours are uncovered is told as well
    await execute("update devices set last_shown_at = now()");
    // and that Azure doesn't know what the tests make up
    await execute("update detection_sources set missed_polls = 0");
    await watchOrganisations(services, signal);
    await tellDue(services);
  };
  const subjects = () => mail.received.map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1]);

  it("that needs action goes to the admins by push and e-mail, again every four hours, and once when it is well", async () => {
    withMail();
    const [device, other] = [await addDevice(admin), await addDevice(analyst)];
    await createOutgoingWebhook(admin, {
      address: "https://hooks.contoso.com/soc",
      severities: ["high"],
      isOn: true,
    });
    await break_("invalid_secret", services.now());
    await watch();
    const title = "Azure Production needs action";
    expect(readAt(device.path)).toEqual([{ title, body: "Azure refuses the secret. Replace it." }]);
    expect(subjects()).toEqual([title]);
    expect(mail.received[0]?.raw).toContain("/settings/configurations/");
    await watch();
    expect(readAt(device.path)).toHaveLength(1);
    expect(await waits("outgoing")).toHaveLength(1);
    expect((await waits("notice")).map(Math.round)).toEqual([expect.closeTo(14_400, -1)]);
    await makeDue("notice");
    await tellDue(services);
    expect(readAt(device.path).map((one) => one.title)).toEqual([title, title]);
    await pollNow(services);
    await watch();
    await watch();
    expect(readAt(device.path).slice(2)).toEqual([
      { title: "Azure Production is well again", body: "It was: Azure refuses the secret. Replace it." },
    ]);
    expect(await waits("outgoing")).toHaveLength(2);
    expect(readAt(other.path)).toEqual([]);
    expect(subjects()).toEqual([title, title, "Azure Production is well again"]);
    await makeDue("notice");
    await tellDue(services);
    expect(readAt(device.path)).toHaveLength(3);
  });

  it("that is degraded is told after a quarter of an hour, and never if it is well by then", async () => {
    const device = await addDevice(admin);
    await break_("throttled", services.now());
    await watch();
    expect((await waits("notice")).map(Math.round)).toEqual([expect.closeTo(900, -1)]);
    await pollNow(services);
    await watch();
    await makeDue("notice");
    await tellDue(services);
    expect(push.received).toEqual([]);
    await break_("throttled", new Date(services.now().getTime() - 16 * minute));
    await watch();
    expect(readAt(device.path)).toMatchObject([{ title: "Azure Production is degraded" }]);
    // from degraded to action needed is news
    await break_("invalid_secret", services.now());
    await watch();
    expect(readAt(device.path)[1]).toMatchObject({ title: "Azure Production needs action" });
  });

  it("whose secret ends is told at each stage, and every four hours from the last day on", async () => {
    const device = await addDevice(admin);
    const expire = (days: number) =>
      execute(
        `update credentials set secret_expires_on = '${new Date(services.now().getTime() + days * day).toISOString().slice(0, 10)}'`,
      );
    for (const days of [40, 29, 25, 14, 13, 7, 3]) {
      await expire(days);
      await watch();
    }
    expect(readAt(device.path).map((one) => one.title)).toEqual(
      [29, 14, 7].map((days) => `Azure Production: the client secret expires in ${days} days`),
    );
    expect(await waits("notice")).toEqual([]);
    await expire(1);
    await watch();
    expect(await waits("notice")).toHaveLength(1);
    await expire(-2);
    await watch();
    await makeDue("notice");
    await tellDue(services);
    expect(
      readAt(device.path)
        .slice(3)
        .map((one) => one.title),
    ).toEqual([
      "Azure Production: the client secret expires in 1 day",
      "Azure Production: the client secret has expired",
    ]);
    await expire(300);
    await watch();
    expect(readAt(device.path).at(-1)?.title).toBe("Azure Production has a new secret");
    await execute("update credentials set secret_expires_on = null");
  });

  it("that is disabled meanwhile is not called well again", async () => {
    await addDevice(admin);
    await break_("invalid_secret", services.now());
    await watch();
    push.received.length = 0;
    await setConfigurationDisabled(admin, configurationId, true);
    await watch();
    expect(push.received).toEqual([]);
    await setConfigurationDisabled(admin, configurationId, false);
  });
});

describe("where push reaches nobody", () => {
  beforeEach(() => {
    services.mail = mail.asWayOut();
  });

  it("a High alert goes to the admins by e-mail", async () => {
    const id = await raise("by-mail");
    await tellDue(services);
    expect(mail.received).toHaveLength(1);
    expect(mail.received[0]?.raw).toContain("Subject: High: by-mail");
    expect(await statesOf(id)).toContainEqual(["Some admin", "accepted", null]);
  });

  it("because the last device is gone when it is sent, the admins are told at once", async () => {
    await setOwnPreferences(admin, { ...defaultPreferences, isOn: false });
    const device = await addDevice(analyst);
    push.answer(device.path, 410);
    const id = await raise("gone-at-last");
    await tellDue(services);
    expect(mail.received).toHaveLength(1);
    const { timeline, told } = await getDetection(admin, id);
    expect(timeline[0]?.text).toContain("The admins were told");
    expect(told.map((one) => [one.channel, one.state])).toEqual(
      expect.arrayContaining([
        ["push", "failed"],
        ["email", "accepted"],
      ]),
    );
  });

  it("nor e-mail, the timeline says that nobody was told", async () => {
    mail.answer({ at: "recipient", status: 550 });
    const id = await raise("no-way-at-all");
    await tellDue(services);
    mail.answer("accept");
    expect((await getDetection(admin, id)).timeline[0]?.text).toContain("Nobody was told");
  });

  it("and nobody has a device, an alert that nobody acknowledged comes to the admins by e-mail once more", async () => {
    await raise("no-device-anywhere");
    await tellDue(services);
    for (let step = 0; step < 3; step++) {
      await makeDue("escalation");
      await tellDue(services);
    }
    expect(mail.received).toHaveLength(2);
  });

  it("an alert that nobody acknowledged goes to the admins' mailboxes after twice the minutes", async () => {
    await addDevice(admin);
    const id = await raise("unacknowledged-mail");
    await tellDue(services);
    for (let step = 0; step < 2; step++) {
      await makeDue("escalation");
      await tellDue(services);
    }
    expect(mail.received).toHaveLength(1);
    expect(mail.received[0]?.raw).toMatch(/Nobody has acknowledged it for 10/);
    // closed in time, it goes no further
    const other = await raise("closed-in-time");
    await tellDue(services);
    await setDetectionStatus(admin, { items: [{ id: other, expected: "active" }], to: "in_progress" });
    await makeDue("escalation");
    await tellDue(services);
    expect(mail.received).toHaveLength(1);
    expect((await statesOf(id)).length).toBeGreaterThan(2);
  });
});
