import { markConfigurationDeleted } from "#db/queries/sources/configuration-deletion.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import { removeOutboxOf } from "#db/queries/triage/outbox.ts";
import { confirmationWord, isConfirmation } from "#lib/domain/confirmation.ts";
import { deleteConfigurationRows } from "#lib/jobs/jobs.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";

const gone = () =>
  new ServiceError("not_found", "This configuration isn't here any more. Go back to the list.");

/**
 * Deletes a configuration and its detections, and its credential if no other configuration uses it. The configuration
 * stops working at once. A job deletes the rows later. Throws ServiceError `not_found`, or `invalid` if `typed` isn't
 * the confirmation word.
 */
export async function deleteConfiguration(ctx: Context, rawId: unknown, typed: string): Promise<void> {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, gone);
  const { organisationId } = ctx.actor;
  await inOwnOrganisation(ctx, async (tx) => {
    const found = await getConfiguration(tx, organisationId, id);
    if (!found) throw gone();
    const { displayName, scopeId } = found.configuration;
    if (!isConfirmation(typed)) {
      const message = `Type ${confirmationWord} to confirm it.`;
      throw new ServiceError("invalid", message, { fields: { typed: message } });
    }
    const now = ctx.services.now();
    if (!(await markConfigurationDeleted(tx, organisationId, id, found.credential.id, now))) throw gone();
    await removeOutboxOf(tx, organisationId, id);
    await ctx.services.jobs.enqueue(tx, deleteConfigurationRows, { organisationId, configurationId: id });
    const subject = { kind: "configuration", id };
    await recordAudit(ctx, tx, "configuration.deleted", subject, { displayName, scopeId });
  });
}
