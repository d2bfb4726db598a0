import { endPipeTest, getPipeTestRow } from "#db/queries/ingest/pipe-tests.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";

const gone = () => new ServiceError("not_found", "This test isn't here any more. Reload the page.");

/**
 * Stops a pipe test, whoever started it: nobody waits for its samples any more, on any page. Samples that come later are
 * listed, and notify as any sample does. Does nothing if the test has ended. Throws ServiceError, which is `not_found` for an
 * unknown test.
 */
export async function stopPipeTest(ctx: Context, rawId: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, gone);
  const { organisationId } = ctx.actor;
  await inOwnOrganisation(ctx, async (tx) => {
    const test = await getPipeTestRow(tx, organisationId, id);
    if (!test) throw gone();
    const stopped = await endPipeTest(tx, organisationId, id, {
      endedAt: ctx.services.now(),
      isStopped: true,
    });
    if (!stopped) return;
    const subject = { kind: "configuration", id: test.configurationId };
    await recordAudit(ctx, tx, "pipe_test.stopped", subject, { startedBy: test.startedBy });
  });
}
