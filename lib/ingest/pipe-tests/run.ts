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
import { actorId, authorise, type Context, idOf, inOwnOrganisation, reauthorise } from "#lib/core/context.ts";
import { sourceOf, vendorIo, vendorOf } from "#lib/core/vendors.ts";
import { type Hop, hopsOf, type Sample } from "./hops.ts";

const lookEveryMs = 400;
const readEveryMs = 10_000;
/** a vendor makes samples within a minute or two; what isn't here by then isn't coming */
const waitMs = 5 * 60_000;

const gone = () =>
  new ServiceError("not_found", "This configuration isn't here any more. Go back to the list.");

/** What the page shows of a run, each time something came. */
export type PipeTestEvent =
  | { type: "began"; testId: string; hops: Hop[] }
  | { type: "hops"; hops: Hop[]; samples: Sample[] }
  /** it ended; what is missing says why in its hop */
  | { type: "ended"; complete: boolean };

/**
 * Asks the vendor for sample alerts and follows them here: accepted there, received by webhook, seen by poll,
 * stored. Where it refuses to make them, this waits for those made in its own console. Ends when all that is
 * expected is here, after five minutes, or once the page of `runId` was left. Throws ServiceError.
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
  const note = (values: Parameters<typeof updatePipeTest>[3]) =>
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
  await note(
    accepted instanceof Date
      ? { acceptedAt: accepted }
      : { problemCode: accepted.code, problemMessage: accepted.message, problemRemedy: accepted.remedy },
  );
  let shown = "";
  let readAt = 0;
  for (;;) {
    const now = services.now();
    const elapsedMs = now.getTime() - run.startedAt.getTime();
    const samples = await inOwnOrganisation(ctx, async (tx: Transaction) => {
      // the interval of a calm day is no measure of the way
      if (now.getTime() - readAt > readEveryMs) {
        await putPollTarget(tx, organisationId, configuration.id);
        readAt = now.getTime();
      }
      await refuseAbandoned(ctx, tx, runId);
      await reauthorise(ctx, tx, "settings.manage");
      return listSamplesSince(tx, organisationId, configuration.id, run.startedAt);
    });
    const hops = hopsOf({ ...run, accepted, samples, waited: elapsedMs >= waitMs });
    const event = { type: "hops", hops, samples: samples.map(({ id, title }) => ({ id, title })) } as const;
    if (JSON.stringify(event) !== shown) yield event;
    shown = JSON.stringify(event);
    const complete = hops.every((one) => one.state === "passed" || one.id === "accepted");
    if (complete || elapsedMs >= waitMs) {
      yield { type: "ended", complete };
      return;
    }
    await pause(lookEveryMs, signal);
  }
}

async function begin(ctx: Context, id: string) {
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const found = await getConfiguration(tx, organisationId, id);
    const access = (await listAccess(ctx, tx)).find((one) => one.configuration.id === id);
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
    const { words } = vendorOf(ctx.services, configuration).manifest;
    return { configuration, run: { startedAt, words }, testId, writer };
  });
}
