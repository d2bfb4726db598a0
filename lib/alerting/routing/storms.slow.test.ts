import fc from "fast-check";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { setNotificationPolicy } from "#lib/alerting/preferences/set-policy.ts";
import { type MailService, startMailService } from "#test/mail-service.ts";
import { type Message, onMachine as on, startMessageLog } from "#test/message-log.ts";
import { everySeverity, startNotifying, switchedOff } from "#test/notifying.ts";
import { leaseDecisions } from "../work.ts";
import { leaseDecided, notifyDue, sendDue, signal } from "#test/steps.ts";
import { removeMember } from "#lib/identity/team/members.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { getDetection } from "#lib/triage/get.ts";
import { releaseLostOwners } from "#lib/triage/release-lost.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { undoStatusChanges } from "#lib/triage/undo-status.ts";
import { removeDevice } from "../devices/remove.ts";
import { recordReceipt } from "../delivery/receipt.ts";
import { setOwnPreferences } from "../preferences/set-own.ts";

const started = await startNotifying();
const {
  stack,
  push,
  admin,
  analyst,
  alertOf,
  deliver,
  addDevice,
  raise,
  advance,
  readAt,
  takeReceived,
  makeDue,
} = started;
const { services } = stack;
beforeEach(started.reset);
afterAll(started.stop);

const startLog = () => startMessageLog(started);
const seconds = 1_000;
const minutes = 60_000;
/** How many alerts a message is about. */
const countIn = ({ title }: Pick<Message, "title">) =>
  title.startsWith("High: ") ? 1 : Number(/^(\d+) High/.exec(title)?.[1] ?? 0);

describe("a High alert", () => {
  it("sounds at once, the next within a minute is named with it at the minute's end, and both escalate in one message", async () => {
    const paths = [(await addDevice(admin)).path, (await addDevice(analyst)).path];
    await setOwnPreferences(analyst, everySeverity);
    const { log, until, of, lastAtMs } = startLog();
    await raise("medium-before", { ...on("vm-other"), severity: "Medium" });
    await until(20 * seconds);
    log.length = 0;
    await raise("attack X", on("vm-pay-01"));
    await until(25 * seconds);
    for (const path of paths) expect(of(path)).toMatchObject([{ title: "High: attack X" }]);
    const soundedMs = lastAtMs();
    await until(40 * seconds);
    const y = await raise("attack Y", on("kv-contoso"));
    await until(60 * seconds);
    expect(log).toHaveLength(2);
    expect((await started.statesOf(y)).map(([, state]) => state)).toEqual(["gathered", "gathered"]);
    await until(soundedMs + minutes);
    for (const path of paths)
      expect(of(path, soundedMs + 1)).toMatchObject([
        { title: "2 High alerts", body: "vm-pay-01: attack X\nkv-contoso: attack Y" },
      ]);
    log.length = 0;
    await until(300 * seconds);
    expect(log).toEqual([]);
    await until(soundedMs + 5 * minutes);
    for (const path of paths)
      expect(of(path)).toMatchObject([
        {
          title: "2 High unacknowledged for 5 min: vm-pay-01, kv-contoso",
          body: "vm-pay-01: attack X\nkv-contoso: attack Y",
        },
      ]);
  });

  it("that somebody has taken on before the minute's end isn't said; one that is left has a message of its own", async () => {
    const { path } = await addDevice(analyst);
    const { log, until, of, lastAtMs } = startLog();
    const first = await raise("first");
    await until(10 * seconds);
    const soundedMs = lastAtMs();
    log.length = 0;
    const second = await raise("second");
    await raise("closed", { status: "Active" });
    await until(20 * seconds);
    await acknowledgeDetections(analyst, [first]);
    await started.execute("update detections set status = 'resolved' where title = 'closed'");
    await until(soundedMs + minutes);
    expect(of(path)).toMatchObject([{ title: "High: second", body: expect.stringContaining("vm-pay-01") }]);
    log.length = 0;
    await until(70 * seconds);
    const third = await raise("third");
    await until(75 * seconds);
    await acknowledgeDetections(analyst, [second]);
    await acknowledgeDetections(analyst, [third, await raise("fourth")]);
    await until(200 * seconds);
    expect(of(path)).toEqual([]);
    // nothing is open: the next one sounds at once
    await raise("fifth");
    await until(201 * seconds);
    expect(of(path)).toMatchObject([{ title: "High: fifth" }]);
  });

  it("that was left out because somebody had taken it on escalates once they are gone", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    const leaving = await stack.asMember("analyst", admin.actor.organisationId);
    const { until, of } = startLog();
    await raise("said");
    await until(10 * seconds);
    const id = await raise("left-out");
    await until(20 * seconds);
    await acknowledgeDetections(leaving, [id]);
    await until(330 * seconds);
    expect(of(path, 9_000)).toMatchObject([
      { title: "High: said", body: expect.stringContaining("Nobody has acknowledged it") },
    ]);
    const { recipients } = await getDetection(admin, id);
    expect(recipients).toContainEqual(
      expect.objectContaining({
        person: "Some analyst",
        state: "skipped",
        problem: "Somebody had taken it on, or it was closed, before the message was sent.",
      }),
    );
    const owner = leaving.actor.kind === "user" ? leaving.actor.userId : null;
    await removeMember(admin, { userId: owner });
    await releaseLostOwners(services, signal);
    await until(340 * seconds);
    expect(of(path, 330_000)).toMatchObject([
      { title: "High: left-out", body: expect.stringContaining("Nobody has acknowledged it") },
    ]);
  });

  it("is never delayed by other severities, samples or digests", async () => {
    const { path } = await addDevice(admin);
    await setOwnPreferences(admin, everySeverity);
    const { log, until, of } = startLog();
    await raise("sample", { alertType: "SIMULATED_X" });
    await raise("medium-1", { severity: "Medium" });
    await until(1 * seconds);
    await raise("medium-2", { severity: "Medium" });
    await raise("low-1", { severity: "Low" });
    await until(2 * seconds);
    await raise("high");
    await until(3 * seconds);
    expect(
      of(path)
        .map(({ title }) => title)
        .toSorted(),
    ).toEqual(["High: high", "High: sample", "Medium: medium-1"]);
    log.length = 0;
    await until(70 * seconds);
    expect(of(path)).toMatchObject([
      {
        title: "2 Medium, 1 Low alerts",
        body: "vm-pay-01: medium-1\nvm-pay-01: medium-2\nvm-pay-01: low-1",
      },
    ]);
  });

  it("isn't delayed by others that are decided together with it", async () => {
    const { path } = await addDevice(admin);
    await setOwnPreferences(admin, everySeverity);
    const { until, of } = startLog();
    await raise("sample-beside", { alertType: "SIMULATED_X" });
    await raise("medium-beside", { severity: "Medium" });
    await raise("high-beside");
    await until(1 * seconds);
    expect(
      of(path)
        .map(({ title }) => title)
        .toSorted(),
    ).toEqual(["High: high-beside", "High: sample-beside", "Medium: medium-beside"]);
  });

  it("of unknown severity counts as High, and a private policy names nothing", async () => {
    const { path } = await addDevice(analyst);
    await setNotificationPolicy(admin, { freshMinutes: 60, escalateMinutes: 5, isPrivate: true });
    try {
      const { until, of } = startLog();
      await raise("secret-1", { severity: "Peculiar" });
      await until(1 * seconds);
      await raise("secret-2");
      await raise("secret-3");
      await until(400 * seconds);
      expect(of(path).map(({ title, body }) => [title, body])).toEqual([
        ["Unknown: new alert", ""],
        ["3 High alerts", ""],
        ["3 High unacknowledged for 5 min", ""],
      ]);
    } finally {
      await setNotificationPolicy(admin, { freshMinutes: 60, escalateMinutes: 5, isPrivate: false });
    }
  });

  it("that is gathered falls back with all others if the message reaches nobody", async () => {
    const device = await addDevice(analyst);
    const other = await addDevice(admin);
    await setOwnPreferences(admin, switchedOff);
    const { until, of } = startLog();
    await raise("reached");
    await until(1 * seconds);
    const ids = [await raise("unreached-1"), await raise("unreached-2")];
    await until(2 * seconds);
    push.answer(device.path, 410);
    await until(130 * seconds);
    // by the admin's own turn
    expect(of(other.path).map(({ title }) => title)).toEqual(["High: unreached-1", "2 High alerts"]);
    for (const id of ids)
      expect((await getDetection(admin, id)).timeline[0]?.text).toContain("The admins were notified");
  });

  it("that is gathered for somebody who can't be reached any more goes to the admins", async () => {
    const device = await addDevice(analyst);
    const other = await addDevice(admin);
    await setOwnPreferences(admin, switchedOff);
    const { until, of } = startLog();
    await raise("before-removal");
    await until(1 * seconds);
    await raise("after-removal");
    await until(2 * seconds);
    await removeDevice(analyst, device.id);
    await until(70 * seconds);
    expect(of(other.path).map(({ title }) => title)).toContain("High: after-removal");
  });

  it("has the outcome of the message that said it, on each device", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    await raise("outcome-1");
    await advance(1 * seconds);
    const id = await raise("outcome-2");
    await advance(61 * seconds);
    const [, { receipt } = { receipt: "" }] = push.received
      .filter((message) => message.path === path)
      .map(({ payload }) => payload.notification.data);
    expect(await recordReceipt(services, receipt, "shown")).toBe(true);
    await acknowledgeDetections(analyst, [id]);
    const { recipients } = await getDetection(admin, id);
    expect(recipients).toMatchObject([
      { person: "Some analyst", state: "accepted", isTogether: true, reason: "raised" },
    ]);
    expect(recipients[0]?.shownAt).not.toBeNull();
    expect(recipients[0]?.actedAt).not.toBeNull();
  });

  it("is gathered once by several workers, and sent once after a worker has died", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    for (let index = 0; index < 12; index++) await raise(`raced-${index}`);
    await Promise.all(Array.from({ length: 4 }, () => notifyDue(services)));
    expect(takeReceived()).toHaveLength(1);
    await makeDue("gathered_digest");
    const [send] = await leaseDecided(services);
    // gone before it could do anything; its lease runs out
    expect(await notifyDue(services)).toBe(0);
    await started.expireLeases();
    await notifyDue(services);
    await send?.();
    await notifyDue(services);
    expect(readAt(path)).toMatchObject([{ title: "12 High alerts", body: expect.stringMatching(/\n\+9$/) }]);
  });
});

describe("escalations", () => {
  it("that are due within a minute are one message; one that is acknowledged or being changed meanwhile isn't in it", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    const { log, until, of } = startLog();
    const ids: string[] = [];
    for (const index of [0, 1, 2, 3]) {
      await until(index * 9 * seconds);
      ids.push(await raise(`step-${index}`, on(`vm-${index}`)));
    }
    const soundedMs = log[0]?.atMs ?? 0;
    await until(80 * seconds);
    const late = await raise("step-late", on("vm-late"));
    await until(290 * seconds);
    await acknowledgeDetections(analyst, [ids[1] ?? ""]);
    const [change] = await setDetectionStatus(analyst, {
      items: [{ id: ids[2] ?? "", expected: "active" }],
      to: "resolved",
      note: "Looked at it.",
    });
    if (change?.outcome !== "held") throw new Error("not pending");
    log.length = 0;
    await until(soundedMs + 5 * minutes);
    // the one that is due in 80 s, and those that somebody has taken on, aren't in it
    expect(of(path)).toMatchObject([{ title: "2 High unacknowledged for 5 min: vm-0, vm-3" }]);
    log.length = 0;
    await undoStatusChanges(analyst, [change.changeId]);
    await until(320 * seconds);
    // the pending one is looked at again after five seconds
    expect(of(path)).toMatchObject([
      { title: "High: step-2", body: expect.stringContaining("Nobody has acknowledged it for 5 minutes") },
    ]);
    log.length = 0;
    await until(400 * seconds);
    expect(of(path)).toMatchObject([{ title: "High: step-late" }]);
    expect((await getDetection(admin, late)).timeline[0]?.text).toContain("within 5 minutes");
    expect(await sendDue(services)).toBe(0);
  });

  it("that several workers have leased are one message for each person all the same", async () => {
    const paths = [(await addDevice(admin)).path, (await addDevice(analyst)).path];
    await raise("seen-1");
    await raise("seen-2");
    await notifyDue(services);
    push.received.length = 0;
    const sameDue = "update notification_queue set due_at = now() where subject = 'escalation'";
    await services.db.execute(sameDue);
    // each leased by a worker of its own
    const lease = () => leaseDecisions(services, 1, signal);
    const pieces = [...(await lease()), ...(await lease())];
    expect(pieces).toHaveLength(2);
    await Promise.all(pieces.map((piece) => piece()));
    await notifyDue(services);
    for (const path of paths) expect(readAt(path)).toHaveLength(1);
  });

  it("of more alerts than fit into a transaction are all said when they are due", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    await deliver(Array.from({ length: 205 }, (_none, index) => alertOf(`large-${index}`)));
    await notifyDue(services);
    takeReceived();
    await makeDue("escalation");
    await notifyDue(services);
    expect(readAt(path).map(countIn)).toEqual([200, 5]);
    expect((await started.dueInSeconds("escalation")).filter((dueIn) => dueIn > 290)).toHaveLength(205);
  });

  it("of which one can't be decided are said without it, and that one is tried again", async () => {
    const { path } = await addDevice(analyst);
    await setOwnPreferences(admin, switchedOff);
    for (const name of ["good-step-1", "bad-step", "good-step-2"]) await raise(name);
    await notifyDue(services);
    takeReceived();
    const sql = postgres(stack.database.superUrl, { max: 1, onnotice: () => {} });
    try {
      await sql`create function refuse() returns trigger language plpgsql as
        $$ begin if exists (select from detections d where d.id = new.detection_id and d.title = 'bad-step')
          then raise sqlstate '22021'; end if; return new; end $$`;
      await sql`create trigger refuse before insert on notifications for each row execute function refuse()`;
      await makeDue("escalation");
      const [escalate] = await leaseDecided(services);
      await expect(escalate?.()).rejects.toThrow("could not be escalated");
    } finally {
      await sql`drop function refuse() cascade`;
      await sql.end();
    }
    await started.expireLeases();
    await notifyDue(services);
    const titles = readAt(path).map(({ title }) => title);
    expect(titles.toSorted()).toEqual(["High: bad-step", "High: good-step-1", "High: good-step-2"]);
  });
});

describe("the measured storm: 15 High alerts, two people, nobody acknowledges", () => {
  let mail: MailService;
  const sendWithoutMail = services.mail;
  beforeAll(async () => {
    mail = await startMailService();
    services.mail = mail.asWayOut();
  });
  afterAll(async () => {
    services.mail = sendWithoutMail;
    await mail.stop();
  });

  it.each([4, 8])(
    "makes 16 messages in 25 minutes, one alert each %s s, and each step says every alert",
    async (everySeconds) => {
      mail.received.length = 0;
      const [ofAdmin, ofAnalyst] = [(await addDevice(admin)).path, (await addDevice(analyst)).path];
      const { log, until, of } = startLog();
      const arrivals = [
        ...Array.from({ length: 8 }, (_none, index) => index * everySeconds * seconds),
        ...Array.from({ length: 7 }, (_none, index) => 13 * minutes + index * everySeconds * seconds),
      ];
      for (const [index, atMs] of arrivals.entries()) {
        await until(atMs);
        await raise(`alert-${index}-${everySeconds}`, { ...on(`vm-${index}`), alertType: `Type_${index}` });
      }
      await until(25 * minutes);
      expect(log.length + mail.received.length).toBe(16);
      for (const [path, steps] of [
        [ofAnalyst, ["arrival", "5 min"]],
        [ofAdmin, ["arrival", "5 min", "10 min"]],
      ] as const)
        for (const step of steps) {
          const isOf = ({ title }: Message) =>
            step === "arrival" ? !title.includes("unacknowledged") : title.includes(`for ${step}`);
          const messages = of(path).filter(isOf);
          // the first of a minute is said with the others of the minute once more
          const expected = step === "arrival" ? [1, 8, 1, 7] : [8, 7];
          expect([step, messages.map(countIn)]).toEqual([step, expected]);
          for (const message of messages) expectNamesOrCounts(message);
        }
      expect(mail.received.map(({ raw }) => /Subject: (\d+) High/.exec(raw)?.[1])).toEqual(["8", "7"]);
    },
  );

  /** Expects that the body of a message about several alerts names three of them and counts the others. */
  function expectNamesOrCounts(message: Message): void {
    const count = countIn(message);
    if (count === 1) return;
    const lines = message.body.split("\n");
    const named = lines.filter((line) => /^vm-\d+: alert-\d+-\d+$/.test(line));
    const more = Number(/^\+(\d+)$/.exec(lines.at(-1) ?? "")?.[1] ?? 0);
    expect([named.length, named.length + more]).toEqual([3, count]);
  }
});

describe("for any times of arrival", () => {
  type High = { atMs: number; title: string };
  const linesOf = ({ title, body }: Message) => (title.startsWith("High: ") ? [title] : body.split("\n"));
  const namesIn = (message: Message) => linesOf(message).filter((line) => !line.startsWith("+"));
  const isNamed = ({ title }: High, message: Message) =>
    namesIn(message).some((line) => line.endsWith(`: ${title}`));
  const unnamedIn = (message: Message) => countIn(message) - namesIn(message).length;
  // the times are those of the received messages, so each may be late by what the machine needs to send one
  const lateMs = 4 * seconds;

  /** Returns what is wrong with the messages about these alerts. */
  function faultsOf(highs: readonly High[], messages: readonly Message[]): string[] {
    const tooSoon = messages.filter(
      ({ atMs }, index) => atMs - (messages[index - 1]?.atMs ?? -minutes) < minutes - lateMs,
    );
    const within = ({ atMs }: High, ms: number) =>
      messages.filter((message) => message.atMs >= atMs && message.atMs <= atMs + ms + lateMs);
    const isQuietBefore = ({ atMs }: High) =>
      !messages.some((message) => message.atMs > atMs - minutes - lateMs && message.atMs < atMs);
    const delayed = highs.filter((high) => isQuietBefore(high) && within(high, 0).length === 0);
    const unsaid = highs.filter(
      (high) => !within(high, minutes).some((message) => isNamed(high, message) || unnamedIn(message) > 0),
    );
    const unnamed = highs.filter((high) => !messages.some((message) => isNamed(high, message)));
    const counted = messages.reduce((sum, message) => sum + unnamedIn(message), 0);
    return [
      ...tooSoon.map(({ title }) => `within a minute of the one before: ${title}`),
      ...delayed.map(({ title }) => `not at once: ${title}`),
      ...unsaid.map(({ title }) => `not within a minute: ${title}`),
      ...(counted < unnamed.length ? [`${unnamed.length} aren't named, ${counted} are counted`] : []),
    ];
  }

  it("each High is said within a minute, at once if none has sounded, and at most one message a minute is about High", async () => {
    const severity = fc.constantFrom("High", "High", "Medium", "Low");
    const arrival = fc.record({ atMs: fc.integer({ min: 0, max: 180 }).map((at) => at * seconds), severity });
    let run = 0;
    const faults: string[] = [];
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { minLength: 2, maxLength: 9 }), async (unsorted) => {
        await started.reset();
        run += 1;
        const paths = [(await addDevice(admin)).path, (await addDevice(analyst)).path];
        await setOwnPreferences(analyst, everySeverity);
        const arrivals = unsorted.toSorted((a, b) => a.atMs - b.atMs);
        const { until, of, nowMs } = startLog();
        const highs: High[] = [];
        for (const [index, { atMs, severity: named }] of arrivals.entries()) {
          await until(atMs);
          const high = { atMs: nowMs(), title: `any-${run}-${index}` };
          await raise(high.title, { severity: named });
          if (named === "High") highs.push(high);
        }
        await until(280 * seconds);
        for (const path of paths)
          faults.push(
            ...faultsOf(
              highs,
              of(path).filter((message) => countIn(message) > 0),
            ),
          );
        return faults.length === 0;
      }),
      { numRuns: 8 },
    );
    expect(faults).toEqual([]);
  }, 240_000);
});
