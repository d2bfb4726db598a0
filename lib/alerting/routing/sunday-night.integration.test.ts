import { afterAll, expect, it } from "vitest";
import { setOwnShift } from "#lib/alerting/preferences/set-own.ts";
import type { Context } from "#lib/core/context.ts";
import type { Shift } from "#lib/domain/shift.ts";
import { changeRole } from "#lib/identity/team/members.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";
import { getDetection } from "#lib/triage/get.ts";
import { releaseLostOwners } from "#lib/triage/release-lost.ts";
import { userIdOf } from "#test/escalations.ts";
import { onMachine as on, startMessageLog } from "#test/message-log.ts";
import { startNotifying } from "#test/notifying.ts";
import { signal } from "#test/steps.ts";

const started = await startNotifying();
const { stack, admin, clock, alertOf, deliver, addDevice, raise, setHour } = started;
const { services } = stack;
afterAll(started.stop);

const daily = (from: string, to: string): Shift => ({
  kind: "hours",
  timeZone: "UTC",
  windows: [0, 1, 2, 3, 4, 5, 6].map((day) => ({ day, from, to })),
});
const hours = {
  early: daily("06:00", "14:00"),
  late: daily("14:00", "22:00"),
  night: daily("22:00", "06:00"),
};
/** The time on the night's clock, in ms after 02:58:00. */
const at = (minute: number, second = 0) => (minute + 2) * 60_000 + second * 1_000;

/** Adds four people to a shift. Returns them, with the paths of their devices. */
async function join(shift: Shift): Promise<{ ctx: Context; path: string }[]> {
  const people = [];
  for (let number = 0; number < 4; number += 1) {
    const ctx = await stack.asMember("analyst", admin.actor.organisationId);
    await setOwnShift(ctx, shift);
    people.push({ ctx, path: (await addDevice(ctx)).path });
  }
  return people;
}

// long: one night, in its order
it("a night with two High alerts is 29 messages by 03:10, each to the right people", async () => {
  await started.reset();
  const [early, late, night] = [await join(hours.early), await join(hours.late), await join(hours.night)];
  await setOwnShift(admin, daily("08:00", "17:00"));
  const ofAdmin = (await addDevice(admin)).path;
  const [nia, omar, pia] = night.map(({ ctx }) => ctx);
  if (!nia || !omar || !pia) throw new Error("nobody is on shift");
  // the analyst of every test would be a fourteenth
  await setOwnShift(started.analyst, { kind: "none", timeZone: "UTC" });
  await stack.asOwner("update audit_events set at = at - interval '2 days'");
  setHour(2);
  clock.laterMs += 58 * 60_000;
  await started.execute(`update devices set last_shown_at = '${services.now().toISOString()}'`);
  const { log, until } = startMessageLog(started);
  const onShift = night.map(({ path }) => path).toSorted();
  const everyone = [...early, ...late, ...night].map(({ path }) => path).concat(ofAdmin);
  const takeLog = () => log.splice(0);
  const pathsOf = (messages: readonly { path: string }[]) => messages.map(({ path }) => path).toSorted();
  const ownerOf = async (id: string) => (await getDetection(omar, id)).acknowledgedBy;
  let total = 0;
  /** Expects one message to each of these paths since the last call, all with this title. */
  const expectTold = (paths: readonly string[], title: RegExp) => {
    const messages = takeLog();
    total += messages.length;
    expect(pathsOf(messages)).toEqual(paths.toSorted());
    for (const message of messages) expect(message.title).toMatch(title);
    return messages;
  };

  const samples = Array.from({ length: 6 }, (_none, index) => `night-sample-${index}`);
  await deliver(samples.map((name) => alertOf(name, { alertType: `SIMULATED_${name}` })));
  await until(at(-1));
  expectTold(onShift, /^High: night-sample-\d$/);
  await until(at(0));
  await raise("night-medium", { severity: "Medium" });
  await until(at(0, 10));
  expectTold(onShift, /^Medium: night-medium$/);

  await until(at(0, 20));
  const x = await raise("attack X", { ...on("vm-pay-01"), alertType: "Type_X" });
  await until(at(0, 25));
  const sounded = Math.max(...expectTold(onShift, /^High: attack X$/).map(({ atMs }) => atMs));
  await until(at(0, 40));
  const raisedY = services.now().getTime();
  const y = await raise("attack Y", { ...on("kv-contoso"), alertType: "Type_Y" });
  await until(at(0, 50));
  expect(takeLog()).toEqual([]);
  await until(sounded + 60_000);
  for (const { body } of expectTold(onShift, /^2 High alerts$/))
    expect(body).toBe("vm-pay-01: attack X\nkv-contoso: attack Y");
  expect(services.now().getTime() - raisedY).toBeLessThan(60_000);

  await until(at(2));
  expect(await acknowledgeDetections(nia, [x])).toMatchObject([{ outcome: "acknowledged" }]);
  const before = await getDetection(omar, x);
  expect(await acknowledgeDetections(nia, [x])).toMatchObject([{ outcome: "already" }]);
  expect(await getDetection(omar, x)).toMatchObject({
    acknowledgedAt: before.acknowledgedAt,
    acknowledgedBy: nia.actor.name,
  });
  await until(at(3));
  // what gives her alert back: for a moment she may not own any
  for (const role of ["viewer", "analyst"]) {
    await changeRole(admin, { userId: userIdOf(nia), role });
    await releaseLostOwners(services, signal);
  }
  expect(await ownerOf(x)).toBeNull();
  await until(at(5, 10));
  expect(takeLog()).toEqual([]);
  // X's five minutes are over, and Y's are within the minute
  await until(sounded + 300_000);
  for (const { body } of expectTold(everyone, /^2 High unacknowledged for 5 min: vm-pay-01, kv-contoso$/))
    expect(body).toBe("vm-pay-01: attack X\nkv-contoso: attack Y");

  await until(at(6));
  expect(await ownerOf(y)).toBeNull();
  await acknowledgeDetections(omar, [y]);
  await until(at(6, 30));
  await acknowledgeDetections(pia, [x]);
  expect([await ownerOf(x), await ownerOf(y)]).toEqual([pia.actor.name, omar.actor.name]);
  await until(at(10, 20) + 60_000);
  expect(takeLog()).toEqual([]);
  expect(total).toBe(29);
  // no sample was escalated, and no admin had a second step
  const reasons = await started.execute("select distinct reason from notifications order by reason");
  expect(reasons.map(({ reason }) => reason)).toEqual([
    "escalated_to_everyone",
    "gathered_high",
    "raised",
    "sample",
  ]);
});
