import { inOrganisation } from "#db/client.ts";
import {
  deleteConfigurationRow,
  deleteDetections,
  isBeingDeleted,
  markConfigurationDeleted,
} from "#db/queries/sources/configuration-deletion.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import { confirmationWord, isConfirmation } from "#lib/domain/confirmation.ts";
import { deleteConfigurationRows } from "#lib/jobs/jobs.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation, type Services } from "#lib/core/context.ts";

const gone = () =>
  new ServiceError("not_found", "This configuration isn't here any more. Go back to the list.");

/** At most this many in one transaction: it holds the organisation's change sequence until it commits. */
const perTransaction = 200;

/**
 * Deletes a configuration, its detections and, when nothing else uses it, its credential; `typed` is what the person
 * confirmed it with. It is out of sight and out of use at once; its rows are taken away by a job. Throws `invalid`
 * without the word.
 */
export async function deleteConfiguration(ctx: Context, rawId: unknown, typed: string): Promise<void> {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, gone);
  const { organisationId } = ctx.actor;
  await inOwnOrganisation(ctx, async (tx) => {
    const found = await getConfiguration(tx, organisationId, id);
    if (!found) throw gone();
    const { displayName, scopeId, credentialId } = found.configuration;
    if (!isConfirmation(typed)) {
      const message = `Type ${confirmationWord} to confirm it.`;
      throw new ServiceError("invalid", message, { fields: { typed: message } });
    }
    const now = ctx.services.now();
    if (!(await markConfigurationDeleted(tx, organisationId, id, credentialId, now))) throw gone();
    await ctx.services.jobs.enqueue(tx, deleteConfigurationRows, { organisationId, configurationId: id });
    const subject = { kind: "configuration", id };
    await recordAudit(ctx, tx, "configuration.deleted", subject, { displayName, scopeId });
  });
}

/**
 * The job behind it: takes a deleted configuration's rows away in batches, then the configuration itself.
 * Cut off anywhere, it goes on where it was when it is run again.
 */
export async function deleteConfigurationRowsOf(
  services: Services,
  { organisationId, configurationId }: { organisationId: string; configurationId: string },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const left = await inOrganisation(services.db, organisationId, async (tx) => {
      if (!(await isBeingDeleted(tx, organisationId, configurationId))) return false;
      const count = await deleteDetections(
        tx,
        organisationId,
        configurationId,
        perTransaction,
        services.now(),
      );
      if (count === 0) await deleteConfigurationRow(tx, organisationId, configurationId);
      return count > 0;
    });
    if (!left) return;
  }
}
