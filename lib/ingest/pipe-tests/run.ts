import type { Transaction } from "#db/client.ts";
import { getConfiguration, putPollTarget } from "#db/queries/sources/configurations.ts";
import { insertPipeTest, listSamplesSince, updatePipeTest } from "#db/queries/ingest/pipe-tests.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { pause } from "#lib/platform/pause.ts";
import type { VendorProblem } from "#lib/vendors/problem.ts";
import { listAccess } from "#lib/core/access.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { problemFrom } from "#lib/sources/accounts/outcome.ts";
import { writerOf } from "#lib/sources/accounts/writer.ts";
import { refuseAbandoned } from "#lib/sources/configurations/abandon.ts";
import { actorId, authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { reauthorise } from "#lib/core/requester.ts";
import { sourceOf, vendorIo, vendorOf, wordsFor } from "#lib/core/vendors.ts";
import { type Hop, hopsOf, type Sample } from "./hops.ts";

const checkEveryMs = 400;
const pollEveryMs = 10_000;
/** how long a test waits for samples */
const waitMs = 5 * 60_000;

const gone = () =>
  new ServiceError("not_found", "This configuration isn't here any more. Go back to the list.");

/** An event that a pipe test streams to the page whenever a hop changes. */
export type PipeTestEvent =
  | { type: "began"; testId: string; hops: Hop[] }
  | { type: "hops"; hops: Hop[]; samples: Sample[] }
  /** the last event; by then each missing hop has a reason */
  | { type: "ended"; complete: boolean };

/**
 * Runs a pipe test: requests samples from the vendor and follows them through every hop. If the vendor refuses, a
 * person can create samples there. Ends when every hop has passed or after five minutes. Throws ServiceError, also if
 * the person has left the page of the run `runId`.
 */
// long: a generator, whose events come one after the other
export async function* runPipeTest(
  ctx: Context,
  rawId: unknown,
  signal: AbortSignal,
  runId?: unknown,
): AsyncGenerator<PipeTestEvent, void, void> {
  authorise(ctx, "settings.manage");
  const { services } = ctx;
  const { organisationId } = ctx.actor;
  const { configuration, run, testId, writer } = await begin(ctx, idOf(rawId, gone));
  yield { type: "began", testId, hops: hopsOf({ ...run, accepted: null, samples: [], waited: false }) };
  const update = (values: Parameters<typeof updatePipeTest>[3]) =>
    inOwnOrganisation(ctx, (tx) => updatePipeTest(tx, organisationId, testId, values));
  let accepted: Date | VendorProblem;
  try {
    if ("problem" in writer) accepted = writer.problem;
    else {
      const source = sourceOf(services, configuration, writer.credential);
      await vendorOf(services, configuration).can.samples?.(
        source,
        vendorIo(services, configuration, signal),
      );
      accepted = services.now();
    }
  } catch (error) {
    const problem = problemFrom(error);
    if (!problem) throw error;
    accepted = problem;
  }
  await update(
    accepted instanceof Date
      ? { acceptedAt: accepted }
      : { problemCode: accepted.code, problemMessage: accepted.message, problemRemedy: accepted.remedy },
  );
  let shown = "";
  let polledAt = 0;
  for (;;) {
    const now = services.now();
    const elapsedMs = now.getTime() - run.startedAt.getTime();
    const samples = await inOwnOrganisation(ctx, async (tx: Transaction) => {
      // the usual poll interval would distort the measured time
      if (now.getTime() - polledAt > pollEveryMs) {
        await putPollTarget(tx, organisationId, configuration.id);
        polledAt = now.getTime();
      }
      await refuseAbandoned(ctx, tx, runId);
      await reauthorise(ctx, tx, "settings.manage");
      return listSamplesSince(tx, organisationId, configuration.id, run.startedAt);
    });
    const hops = hopsOf({ ...run, accepted, samples, waited: elapsedMs >= waitMs });
    const event = { type: "hops", hops, samples: samples.map(({ id, title }) => ({ id, title })) } as const;
    if (JSON.stringify(event) !== shown) yield event;
    shown = JSON.stringify(event);
    const complete = hops.every((hop) => hop.state === "passed" || hop.id === "accepted");
    if (complete || elapsedMs >= waitMs) {
      yield { type: "ended", complete };
      return;
    }
    await pause(checkEveryMs, signal);
  }
}

async function begin(ctx: Context, id: string) {
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const found = await getConfiguration(tx, organisationId, id);
    const access = (await listAccess(ctx, tx)).find(({ configuration }) => configuration.id === id);
    if (!found || !access) throw gone();
    if (!access.readable)
      throw new ServiceError(
        "forbidden",
        "What this configuration's alerts say isn't shown to you, so you can't follow its samples. Connect your account first, or ask someone who has.",
      );
    const { configuration } = found;
    if (configuration.disabledAt)
      throw new ServiceError(
        "conflict",
        "This configuration is disabled, so nothing would come. Enable it first.",
      );
    const testId = newId();
    const startedAt = ctx.services.now();
    await insertPipeTest(tx, {
      organisationId,
      id: testId,
      configurationId: id,
      startedAt,
      startedBy: ctx.actor.name,
      startedById: actorId(ctx.actor),
    });
    const subject = { kind: "configuration", id };
    await recordAudit(ctx, tx, "pipe_test.started", subject, { displayName: configuration.displayName });
    const writer = await writerOf(ctx.services, tx, found, actorId(ctx.actor));
    const words = wordsFor(ctx.services, configuration);
    return { configuration, run: { startedAt, words }, testId, writer };
  });
}
