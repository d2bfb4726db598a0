import postgres from "postgres";
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import { migrationLock } from "#db/migration-lock.ts";
import { startMailService } from "#test/mail-service.ts";
import { startNotifying } from "#test/notifying.ts";
import { notifyDue, signal } from "#test/steps.ts";
import { everyPresence, getWorkerState, reportWorker, tellWorkerSilence } from "./worker-silence.ts";
import { pauseOrAbort } from "#lib/platform/pause.ts";
import { watchOrganisations } from "./watch.ts";

const started = await startNotifying();
const { admin, analyst, addDevice, readAt, execute } = started;
const { services, database } = started.stack;
const owner = postgres(database.superUrl, { max: 2, onnotice: () => {} });
beforeEach(async () => {
  await started.reset();
  await owner`delete from worker_presence`;
});
afterAll(async () => {
  await owner.end();
  await started.stop();
});

/** Makes it look as if the last worker was seen, and the admins were told, some minutes ago. */
const age = (minutes: number) =>
  owner`update worker_presence set seen_at = seen_at - ${`${minutes} minutes`}::interval,
    told_at = told_at - ${`${minutes} minutes`}::interval, claimed_until = claimed_until - ${`${minutes} minutes`}::interval`;
/** Looks as two webs at once do. */
const look = () => Promise.all([tellWorkerSilence(services, signal), tellWorkerSilence(services, signal)]);
const stopped = "PocketSOC's worker has stopped";

it("the admins are told once by one web, again after four hours, and once that a worker is back", async () => {
  const [device, other] = [await addDevice(admin), await addDevice(analyst)];
  const titles = () => readAt(device.path).map(({ title }) => title);
  await reportWorker(services);
  await age(1);
  await look();
  expect([titles(), (await getWorkerState(services)).state]).toEqual([[], "running"]);
  await age(2);
  await look();
  expect(titles()).toEqual([stopped]);
  expect(readAt(device.path)[0]?.body).toMatch(/^No worker has run since 2\d{3}-.* UTC\. Nothing is read/);
  expect((await getWorkerState(services)).state).toBe("silent");
  await age(230);
  await look();
  expect(titles()).toEqual([stopped]);
  await age(20);
  await look();
  expect(titles()).toEqual([stopped, stopped]);

  await reportWorker(services);
  await execute("update devices set last_shown_at = now()");
  for (let round = 0; round < 2; round++) {
    await watchOrganisations(services, signal);
    await notifyDue(services);
    await look();
  }
  expect(titles()).toEqual([stopped, stopped, "PocketSOC's worker is back"]);
  expect(readAt(other.path)).toEqual([]);
});

it.each([true, false])(
  "a web that starts after nothing ran gives the worker a moment to start too: it does, %s",
  async (starts) => {
    const device = await addDevice(admin);
    await reportWorker(services);
    await age(60);
    const ending = new AbortController();
    const watching = everyPresence(services, "watch_failed", tellWorkerSilence, ending.signal, 1_500);
    // long enough for a look that came too early
    await pauseOrAbort(200, signal);
    expect(readAt(device.path)).toEqual([]);
    if (starts) await reportWorker(services);
    // past the moment that the worker is given
    await pauseOrAbort(starts ? 2_500 : 1_300, signal);
    const expected = starts ? [] : [stopped];
    await vi.waitFor(() => expect(readAt(device.path).map(({ title }) => title)).toEqual(expected), {
      timeout: 15_000,
    });
    ending.abort();
    await watching;
  },
);

it("nobody is told before a worker ever ran, or while migrations run", async () => {
  const device = await addDevice(admin);
  await look();
  expect((await getWorkerState(services)).state).toBe("never");
  await reportWorker(services);
  await age(10);
  await owner.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(${migrationLock})`;
    await look();
    expect(readAt(device.path)).toEqual([]);
  });
  await look();
  expect(readAt(device.path)).toHaveLength(1);
});

it("a web that dies while it tells the admins is followed by another within a minute", async () => {
  const device = await addDevice(admin);
  await reportWorker(services);
  await age(3);
  await owner`update worker_presence set claimed_until = now() + interval '50 seconds'`;
  await look();
  expect(readAt(device.path)).toEqual([]);
  await age(1);
  await look();
  expect(readAt(device.path)).toHaveLength(1);
});

it.each([false, true])(
  "an admin without a device gets an e-mail, unless the login is kept from the web: %s",
  async (isLoginHeld) => {
    const mail = await startMailService();
    const sendWithoutMail = services.mail;
    services.mail = { ...mail.asWayOut(), isLoginHeld };
    try {
      await reportWorker(services);
      await age(3);
      await look();
      expect(mail.received.map(({ subject }) => subject)).toEqual(isLoginHeld ? [] : [stopped]);
    } finally {
      services.mail = sendWithoutMail;
      await mail.stop();
    }
  },
);

it("one push service that fails keeps no other device from being told", async () => {
  const [broken, device] = [await addDevice(admin), await addDevice(admin)];
  started.push.answer(broken.path, 500);
  await reportWorker(services);
  await age(3);
  await look();
  expect(readAt(device.path).map(({ title }) => title)).toEqual([stopped]);
});

it.each([
  [600_000, 600_000],
  [-90_000, -90_000],
  [20_000, null],
])("a worker whose clock is off by more than a minute is known: %i ms", async (aheadMs, expected) => {
  vi.spyOn(services, "now").mockImplementation(() => new Date(Date.now() + aheadMs));
  await reportWorker(services);
  vi.restoreAllMocks();
  const { state, clockAheadMs } = await getWorkerState(services);
  expect(state).toBe("running");
  const rounded = clockAheadMs === null ? null : Math.round(clockAheadMs / 10_000) * 10_000;
  expect(rounded).toBe(expected);
});
