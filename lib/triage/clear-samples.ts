import { getPipeTestRow, listSamplesSince, updatePipeTest } from "#db/queries/ingest/pipe-tests.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import type { StatusResult } from "#lib/triage/request-status.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";

const gone = () => new ServiceError("not_found", "This test isn't here any more. Run another one.");

/**
 * Requests the status Dismissed for all open samples that have arrived since a pipe test began. Returns one result for
 * each sample. Throws ServiceError, which is `not_found` for an unknown test.
 */
export async function clearPipeTest(ctx: Context, rawId: unknown): Promise<StatusResult[]> {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, gone);
  const { organisationId } = ctx.actor;
  const open = await inOwnOrganisation(ctx, async (tx) => {
    const test = await getPipeTestRow(tx, organisationId, id);
    if (!test) throw gone();
    const samples = await listSamplesSince(tx, organisationId, test.configurationId, test.startedAt);
    await updatePipeTest(tx, organisationId, id, { clearedAt: ctx.services.now() });
    return samples.filter(
      (sample) => !sample.pendingStatus && ["active", "in_progress"].includes(sample.status),
    );
  });
  if (open.length === 0) return [];
  return setDetectionStatus(ctx, {
    items: open.map((sample) => ({ id: sample.id, expected: sample.status })),
    to: "dismissed",
    note: "Sample alert of a pipe test.",
  });
}
