import type { Transaction } from "#db/client.ts";
import {
  getLastPipeTest,
  insertPipeTest,
  lockPipeTests,
  type PipeTestRow,
} from "#db/queries/ingest/pipe-tests.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import { isPipeTestRunning, type PipeTestMode } from "#lib/domain/pipe-test.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { listAccess } from "#lib/core/access.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { actorId, type Context } from "#lib/core/context.ts";
import { wordsFor } from "#lib/core/vendors.ts";
import { writerOf } from "#lib/sources/accounts/writer.ts";
import { samplesBlock } from "#lib/sources/configurations/samples-block.ts";

const gone = () =>
  new ServiceError("not_found", "This configuration isn't here any more. Go back to the list.");

/**
 * Begins a pipe test of a configuration, or joins the one that runs, whoever started it. A new test is checked first: it
 * throws ServiceError `conflict` if PocketSOC knows that the samples can't be requested or wouldn't be seen. `writer` is null
 * if the vendor mustn't be asked. Returns null if `mode` is `follow` and no test runs.
 */
export async function beginPipeTest(ctx: Context, tx: Transaction, id: string, mode: PipeTestMode) {
  const { organisationId } = ctx.actor;
  const found = await getConfiguration(tx, organisationId, id);
  const access = (await listAccess(ctx, tx)).find(({ configuration }) => configuration.id === id);
  if (!found || !access) throw gone();
  const { configuration } = found;
  const words = wordsFor(ctx.services, configuration);
  await lockPipeTests(tx, organisationId, id);
  const running = await runningTest(ctx, tx, id);
  if (!running && mode === "follow") return null;
  const byHand = mode === "by_hand";
  const block = samplesBlock(ctx.services, access);
  // what is already requested can be followed by anyone who sees the samples
  const isBlocked = running || byHand ? block !== null && !block.byHand : block !== null;
  if (block && isBlocked) throw new ServiceError("conflict", block.reason);
  if (running) return { configuration, words, test: running, writer: null, isNew: false };
  const test = await insertTest(ctx, tx, configuration, byHand);
  const writer = byHand ? null : await writerOf(ctx.services, tx, found, actorId(ctx.actor));
  return { configuration, words, test, writer, isNew: true };
}

async function runningTest(ctx: Context, tx: Transaction, id: string): Promise<PipeTestRow | null> {
  const last = await getLastPipeTest(tx, ctx.actor.organisationId, id);
  return last && isPipeTestRunning(last, ctx.services.now()) ? last : null;
}

async function insertTest(
  ctx: Context,
  tx: Transaction,
  { id: configurationId, displayName }: { id: string; displayName: string },
  byHand: boolean,
): Promise<PipeTestRow> {
  const test: PipeTestRow = {
    organisationId: ctx.actor.organisationId,
    id: newId(),
    configurationId,
    startedAt: ctx.services.now(),
    startedBy: ctx.actor.name,
    startedById: actorId(ctx.actor),
    acceptedAt: null,
    problemCode: null,
    problemMessage: null,
    problemRemedy: null,
    byHand,
    endedAt: null,
    isStopped: false,
    clearedAt: null,
  };
  await insertPipeTest(tx, test);
  await recordAudit(
    ctx,
    tx,
    "pipe_test.started",
    { kind: "configuration", id: configurationId },
    { displayName },
  );
  return test;
}
