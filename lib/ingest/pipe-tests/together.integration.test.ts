import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { inOrganisation } from "#db/client.ts";
import { recordProblem } from "#db/queries/sources/configuration-health.ts";
import { listAudit } from "#lib/core/audit/list.ts";
import type { Context } from "#lib/core/context.ts";
import { newId } from "#lib/platform/ids.ts";
import { abandonRun } from "#lib/sources/configurations/abandon.ts";
import { setConfigurationDisabled } from "#lib/sources/configurations/change.ts";
import { getVendorConfiguration } from "#lib/sources/configurations/get.ts";
import { connect, people } from "#test/sign-in.ts";
import { development, formValues, production, startTestStack, type TestStack } from "#test/stack.ts";
import { all, save, signal } from "#test/steps.ts";
import { runPipeTest } from "./run.ts";
import { stopPipeTest } from "./stop.ts";

let stack: TestStack;
let ana: Context;
let ben: Context;
let id: string;
let laterMs = 0;
beforeAll(async () => {
  stack = await startTestStack();
  stack.services.now = () => new Date(Date.now() + laterMs);
  ana = await stack.asMember("admin");
  ben = await stack.asMember("admin", ana.actor.organisationId);
  id = await save(ana, formValues);
  await stack.control("POST", "/settings", { sampleDelayMs: 0 });
});
beforeEach(() => {
  laterMs = 0;
});
afterAll(() => stack.stop());

const countSamples = async (subscriptionId: string) => {
  const alerts = (await stack.control("GET", `/alerts?subscriptionId=${subscriptionId}`)) as { id: string }[];
  return alerts.filter((alert) => alert.id.includes("/resourceGroups/Sample-RG/")).length;
};
const countTests = async () => {
  const rows = await inOrganisation(stack.services.db, ana.actor.organisationId, (tx) =>
    tx.execute<{ count: number }>("select count(*)::int as count from pipe_tests"),
  );
  return rows[0]?.count;
};
const blockOf = async (ctx: Context, of: string) => (await getVendorConfiguration(ctx, of)).samples.block;
/** Begins a run and returns it with its first event. */
async function begun(ctx: Context, options: Parameters<typeof runPipeTest>[3] = {}) {
  const run = runPipeTest(ctx, id, signal, options);
  const { value } = await run.next();
  if (value?.type !== "began") throw new Error("the test didn't begin");
  return { run, first: value };
}

it("a second admin and a reloaded page follow the test that runs, and no further samples are created", async () => {
  const runId = newId();
  const [mine, other] = await Promise.all([begun(ana, { runId }), begun(ben)]);
  expect(mine.first.testId).toBe(other.first.testId);
  expect([mine, other].filter(({ first }) => first.isNew)).toHaveLength(1);
  for (const { run } of [mine, other]) await run.next();
  const created = await countSamples(production);
  expect(created).toBeGreaterThan(0);
  expect((await getVendorConfiguration(ben, id)).lastPipeTest).toMatchObject({ isRunning: true });
  // the first page is reloaded: its run ends, the test doesn't
  await abandonRun(ana, runId);
  await expect(all(mine.run)).rejects.toMatchObject({ code: "conflict" });
  laterMs = 30_000;
  const reloaded = await begun(ana, { mode: "follow" });
  expect(reloaded.first).toMatchObject({ testId: mine.first.testId, isNew: false });
  expect(reloaded.first.elapsedMs).toBeGreaterThanOrEqual(30_000);
  expect(reloaded.first.hops.find((hop) => hop.id === "accepted")?.state).toBe("passed");
  expect(await countSamples(production)).toBe(created);
  expect(await countTests()).toBe(1);
  // anyone may stop it, and everyone's page learns of it
  await stopPipeTest(ben, mine.first.testId);
  await stopPipeTest(ana, mine.first.testId);
  for (const { run } of [reloaded, other])
    expect((await all(run)).at(-1)).toMatchObject({ type: "ended", isStopped: true });
  const { entries } = await listAudit(ana, { action: "pipe_test.stopped" });
  expect(entries.map(({ subjectId }) => subjectId)).toEqual([id]);
  expect(await all(runPipeTest(ana, id, signal, { mode: "follow" }))).toEqual([]);
  await expect(
    stopPipeTest(await stack.asMember("viewer", ana.actor.organisationId), newId()),
  ).rejects.toMatchObject({
    code: "forbidden",
  });
});

it("a test that its web left behind can be followed, and is over by itself after nine minutes", async () => {
  const left = await begun(ana, { mode: "by_hand" });
  await left.run.return();
  expect((await begun(ben, { mode: "follow" })).first).toMatchObject({
    startedBy: ana.actor.name,
    byHand: true,
  });
  laterMs = 9 * 60_000;
  expect((await getVendorConfiguration(ana, id)).lastPipeTest).toMatchObject({ isRunning: false });
  const next = await begun(ana, { mode: "by_hand" });
  expect(next.first.testId).not.toBe(left.first.testId);
  await stopPipeTest(ana, next.first.testId);
});

it("asks the vendor for nothing while the person's own account isn't connected, but follows samples made by hand", async () => {
  const of = await save(ana, {
    ...formValues,
    displayName: "Own",
    subscriptionIds: development,
    writeAs: "person",
  });
  const [tests, samples] = [await countTests(), await countSamples(development)];
  expect(await blockOf(ana, of)).toMatchObject({ connect: true, byHand: true });
  const refused = all(runPipeTest(ana, of, signal));
  await expect(refused).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringMatching(/^Azure creates the samples in your name/),
  });
  expect([await countTests(), await countSamples(development)]).toEqual([tests, samples]);
  const byHand = runPipeTest(ana, of, signal, { mode: "by_hand" });
  expect((await byHand.next()).value).toMatchObject({ type: "began", byHand: true });
  expect(await countSamples(development)).toBe(samples);
  await byHand.return();
  await connect(ana, of, people.ana);
  expect(await blockOf(ana, of)).toBeNull();
});

it("asks the vendor for nothing while the source is disabled or can't be read, or the application may only read", async () => {
  const tests = await countTests();
  const refusal = () => all(runPipeTest(ben, id, signal, { mode: "by_hand" }));
  const { organisationId } = ana.actor;
  await setConfigurationDisabled(ana, id, true);
  expect(await blockOf(ben, id)).toMatchObject({ connect: false, byHand: false });
  await expect(refusal()).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("disabled"),
  });
  await setConfigurationDisabled(ana, id, false);
  await inOrganisation(stack.services.db, organisationId, (tx) =>
    recordProblem(tx, organisationId, id, 1, stack.services.now(), {
      code: "wrong_secret",
      message: "The secret was refused.",
      remedy: "Replace it.",
      passes: false,
    }),
  );
  await expect(refusal()).rejects.toMatchObject({
    message: expect.stringContaining(
      "can't be read now, so no sample would be found. The secret was refused. Replace it.",
    ),
  });
  await stack.asOwner(
    `update configurations set problem_code = null, facts = facts || '{"rights": {"status": "no"}}'`,
  );
  await expect(all(runPipeTest(ben, id, signal))).rejects.toMatchObject({
    message: expect.stringContaining("may only read this subscription"),
  });
  expect(await blockOf(ben, id)).toMatchObject({ byHand: true });
  expect(await countTests()).toBe(tests);
});
