import { afterAll, beforeEach, expect, it } from "vitest";
import { recordReceipt } from "#lib/alerting/delivery/receipt.ts";
import { startNotifying } from "#test/notifying.ts";
import { notifyDue, signal } from "#test/steps.ts";
import { type PipeTestEvent, runPipeTest } from "./run.ts";
import { stopPipeTest } from "./stop.ts";

const started = await startNotifying();
const { stack, push, admin, analyst, clock, configurationId, alertOf, deliver, addDevice } = started;
const { services } = stack;
beforeEach(async () => {
  await started.reset();
  await stack.asOwner("delete from pipe_tests");
});
afterAll(started.stop);

let number = 0;
const raiseSample = async () => {
  const name = `sample-${(number += 1)}`;
  await deliver([alertOf(name, { alertType: `SIMULATED_${name}` })]);
  await notifyDue(services);
};
const hopsIn = (event: PipeTestEvent | undefined) =>
  event && event.type !== "ended" ? event.hops.map(({ id, state }) => [id.split(":")[0], state]) : [];
const begin = async () => {
  const run = runPipeTest(admin, configurationId, signal, { mode: "by_hand" });
  const { value } = await run.next();
  if (value?.type !== "began") throw new Error("the test didn't begin");
  return { run, testId: value.testId, first: value };
};

it("follows a sample's notification to the push service and the device of whoever started the test, and nobody else's", async () => {
  const own = await addDevice(admin);
  await addDevice(analyst);
  const { run, first } = await begin();
  expect(hopsIn(first).slice(3)).toEqual([
    ["sent", "waiting"],
    ["shown", "waiting"],
  ]);
  await raiseSample();
  const accepted = (await run.next()).value ?? undefined;
  expect(hopsIn(accepted)).toEqual([
    ["received", "passed"],
    ["polled", "waiting"],
    ["stored", "passed"],
    ["sent", "passed"],
    ["shown", "waiting"],
  ]);
  const [message] = push.received.filter(({ path }) => path === own.path);
  await recordReceipt(services, message?.payload.notification.data.receipt ?? "", "shown");
  const shown = (await run.next()).value ?? undefined;
  expect(hopsIn(shown).at(-1)).toEqual(["shown", "passed"]);
  // nothing came by poll within five minutes, and the other paths still count
  clock.laterMs = 5 * 60_000;
  expect(hopsIn((await run.next()).value ?? undefined)).toContainEqual(["polled", "missing"]);
  expect((await run.next()).value).toEqual({ type: "ended", complete: false, isStopped: false });
});

it("says after two minutes that a device hasn't shown it, and while the worker is away that nothing was sent", async () => {
  await addDevice(admin);
  const { run } = await begin();
  await raiseSample();
  await run.next();
  clock.laterMs = 121_000;
  const late = (await run.next()).value ?? undefined;
  expect(hopsIn(late).slice(3)).toEqual([
    ["sent", "passed"],
    ["shown", "missing"],
  ]);
  await run.return();
  await started.reset();
  await stack.asOwner("delete from pipe_tests");
  await addDevice(admin);
  const second = await begin();
  const name = `sample-${(number += 1)}`;
  await deliver([alertOf(name, { alertType: `SIMULATED_${name}` })]);
  clock.laterMs = 121_000;
  const stuck = (await second.run.next()).value ?? undefined;
  expect(hopsIn(stuck).slice(3)).toEqual([
    ["sent", "missing"],
    ["shown", "missing"],
  ]);
  // the worker is back, and the same test goes on
  await notifyDue(services);
  const back = (await second.run.next()).value ?? undefined;
  expect(hopsIn(back)).toContainEqual(["sent", "passed"]);
  await second.run.return();
});

it("a device that samples notified shortly before is no part of a second test", async () => {
  await addDevice(admin);
  const { run, testId } = await begin();
  await raiseSample();
  await run.return();
  await stopPipeTest(admin, testId);
  clock.laterMs = 60_000;
  const second = await begin();
  await raiseSample();
  expect(hopsIn((await second.run.next()).value ?? undefined).slice(3)).toEqual([["phone", "skipped"]]);
  await second.run.return();
});

it("samples of a stopped test notify as any sample does: nobody at night", async () => {
  started.setHour(23);
  await addDevice(admin);
  await stack.asOwner("update audit_events set at = at - interval '2 days'");
  const { run, testId } = await begin();
  await stopPipeTest(admin, testId);
  expect((await run.next()).value).toMatchObject({ type: "hops" });
  expect((await run.next()).value).toEqual({ type: "ended", complete: false, isStopped: true });
  await raiseSample();
  expect(push.received).toEqual([]);
});
