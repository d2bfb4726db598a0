import type { Transaction } from "#db/client.ts";
import { listDevicesOf } from "#db/queries/alerting/devices.ts";
import { listSampleNotifications } from "#db/queries/alerting/sample-notifications.ts";
import {
  endPipeTest,
  getPipeTestRow,
  listSamplesSince,
  type PipeTestRow,
  updatePipeTest,
} from "#db/queries/ingest/pipe-tests.ts";
import { putPollTarget } from "#db/queries/sources/configurations.ts";
import { sampleWindowMs } from "#lib/domain/grouping.ts";
import { permissionProblem } from "#lib/domain/device.ts";
import { type PipeTestMode, pipeTestWaitMs } from "#lib/domain/pipe-test.ts";
import type { Words } from "#lib/domain/vendor-words.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { pause } from "#lib/platform/pause.ts";
import { problemFrom } from "#lib/sources/accounts/outcome.ts";
import { refuseAbandoned } from "#lib/sources/configurations/abandon.ts";
import { actorId, authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { reauthorise } from "#lib/core/requester.ts";
import { sourceOf, vendorIo, vendorOf } from "#lib/core/vendors.ts";
import { beginPipeTest } from "./begin.ts";
import type { Hop } from "./hop.ts";
import { bothPathsWork, type HopRun, hopsOf, isSettled, type Sample } from "./hops.ts";
import type { TestedDevice } from "./phone-hops.ts";

const checkEveryMs = 400;
const pollEveryMs = 10_000;

const gone = () =>
  new ServiceError("not_found", "This configuration isn't here any more. Go back to the list.");

/** An event that a pipe test streams to the page whenever a hop changes. */
export type PipeTestEvent =
  | {
      type: "began";
      testId: string;
      hops: Hop[];
      /** how long the test has run, in ms; more than 0 if the page joins a test that runs already */
      elapsedMs: number;
      isNew: boolean;
      startedBy: string;
      byHand: boolean;
    }
  | { type: "hops"; hops: Hop[]; samples: Sample[] }
  /** the last event; by then each missing hop has a reason. `complete`: both paths work */
  | { type: "ended"; complete: boolean; isStopped: boolean };

type Options = {
  /** the id of the page's run, by which leaving the page ends it */
  runId?: unknown;
  mode?: PipeTestMode;
};

/**
 * Runs a pipe test: requests samples from the vendor and follows them through every hop, to each device of the person who
 * started it. Joins the test that runs if there is one, so that a reloaded page, a second page or another admin sees the
 * same test and no further samples are created. If the vendor refuses, a person can create samples there. Ends when nothing
 * is awaited any more, at the latest after nine minutes. Yields nothing
 * if there is no test to follow. Throws ServiceError, also if the person has left the page.
 */
export async function* runPipeTest(
  ctx: Context,
  rawId: unknown,
  signal: AbortSignal,
  { runId, mode = "request" }: Options = {},
): AsyncGenerator<PipeTestEvent, void, void> {
  authorise(ctx, "settings.manage");
  const begun = await inOwnOrganisation(ctx, (tx) => beginPipeTest(ctx, tx, idOf(rawId, gone), mode));
  if (!begun) return;
  const { test, words } = begun;
  const elapsedMs = Math.max(0, ctx.services.now().getTime() - test.startedAt.getTime());
  const first = await inOwnOrganisation(ctx, (tx) => look(ctx, tx, test, words));
  const { id: testId, startedBy } = test;
  yield {
    type: "began",
    testId,
    hops: first.hops,
    elapsedMs,
    isNew: begun.isNew,
    startedBy,
    byHand: test.byHand,
  };
  if (begun.writer) await requestSamples(ctx, begun, signal);
  yield* follow(ctx, begun, signal, runId);
}

type Begun = NonNullable<Awaited<ReturnType<typeof beginPipeTest>>>;

/** Asks the vendor for samples and records its answer. */
async function requestSamples(ctx: Context, begun: Begun, signal: AbortSignal): Promise<void> {
  const { services } = ctx;
  const { configuration, test, writer } = begun;
  const record = (values: Parameters<typeof updatePipeTest>[3]) =>
    inOwnOrganisation(ctx, (tx) => updatePipeTest(tx, ctx.actor.organisationId, test.id, values));
  try {
    if (writer && "credential" in writer) {
      const source = sourceOf(services, configuration, writer.credential);
      await vendorOf(services, configuration).can.samples?.(
        source,
        vendorIo(services, configuration, signal),
      );
      await record({ acceptedAt: services.now() });
    } else if (writer) await record(problemColumns(writer.problem));
  } catch (error) {
    const problem = problemFrom(error);
    if (!problem) throw error;
    await record(problemColumns(problem));
  }
}

const problemColumns = ({ code, message, remedy }: { code: string; message: string; remedy: string }) => ({
  problemCode: code,
  problemMessage: message,
  problemRemedy: remedy,
});

async function* follow(
  ctx: Context,
  { configuration, test, words }: Begun,
  signal: AbortSignal,
  runId: unknown,
): AsyncGenerator<PipeTestEvent, void, void> {
  const { organisationId } = ctx.actor;
  let shown = "";
  let polledAt = 0;
  for (;;) {
    const nowMs = ctx.services.now().getTime();
    const seen = await inOwnOrganisation(ctx, async (tx: Transaction) => {
      await refuseAbandoned(ctx, tx, runId);
      await reauthorise(ctx, tx, "settings.manage");
      const row = await getPipeTestRow(tx, organisationId, test.id);
      // the configuration was deleted
      if (!row) throw gone();
      // the usual poll interval would distort the measured time
      if (row.endedAt === null && nowMs - polledAt > pollEveryMs) {
        await putPollTarget(tx, organisationId, configuration.id);
        polledAt = nowMs;
      }
      return { ...(await look(ctx, tx, row, words)), row };
    });
    const { hops, samples, row } = seen;
    const event = { type: "hops", hops, samples } as const;
    if (JSON.stringify(event) !== shown) yield event;
    shown = JSON.stringify(event);
    if (row.endedAt !== null || isSettled(hops)) {
      const end = { endedAt: ctx.services.now(), isStopped: false };
      await inOwnOrganisation(ctx, (tx) => endPipeTest(tx, organisationId, test.id, end));
      yield { type: "ended", complete: bothPathsWork(hops), isStopped: row.isStopped };
      return;
    }
    await pause(checkEveryMs, signal);
  }
}

/** Returns the present hops of a test and its samples. */
async function look(
  ctx: Context,
  tx: Transaction,
  test: PipeTestRow,
  words: Words,
): Promise<{ hops: Hop[]; samples: Sample[] }> {
  const { organisationId, configurationId, startedAt, startedById: userId } = test;
  const now = ctx.services.now();
  const samples = await listSamplesSince(tx, organisationId, configurationId, startedAt);
  const since = new Date(startedAt.getTime() - sampleWindowMs);
  const run: HopRun = {
    startedAt,
    now,
    accepted: acceptedOf(test),
    samples,
    waited: now.getTime() - startedAt.getTime() >= pipeTestWaitMs,
    words,
    startedBy: userId === actorId(ctx.actor) ? null : test.startedBy,
    devices: userId ? await listTestedDevices(tx, organisationId, userId) : [],
    pushes: userId
      ? await listSampleNotifications(tx, organisationId, { userId, configurationId }, since)
      : [],
  };
  return { hops: hopsOf(run), samples: samples.map(({ id, title }) => ({ id, title })) };
}

function acceptedOf({ byHand, acceptedAt, problemMessage, problemRemedy }: PipeTestRow): HopRun["accepted"] {
  if (byHand) return "by_hand";
  return problemMessage === null ? acceptedAt : { message: problemMessage, remedy: problemRemedy ?? "" };
}

async function listTestedDevices(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<TestedDevice[]> {
  const rows = await listDevicesOf(tx, organisationId, userId);
  return rows.map(({ id, name, platform, goneAt, deactivatedAt, permission }) => ({
    id,
    name,
    isTapped: platform === "ios",
    problem: deactivatedAt
      ? "An admin deactivated this device, so it isn't notified."
      : permission === "denied" || permission === "default"
        ? permissionProblem[permission]
        : goneAt
          ? "It is signed out, or notifications are off there. Allow them there again under Settings > Notifications."
          : null,
  }));
}
