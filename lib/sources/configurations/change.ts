import { z } from "zod";
import {
  type ConfigurationRow,
  getConfiguration,
  putPollTarget,
  removePollTarget,
} from "#db/queries/sources/configurations.ts";
import {
  setDisabled,
  setSecretExpiry,
  updateConfiguration,
} from "#db/queries/sources/configuration-writes.ts";
import { deleteAccountsFor } from "#db/queries/sources/account-writes.ts";
import { deleteSignInsOf } from "#db/queries/sources/sign-ins.ts";
import type { Json } from "#lib/domain/detection.ts";
import { adoptDeliveries } from "#lib/jobs/jobs.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { ConfigurationEdit, fieldMessages } from "#lib/schemas/configuration.ts";
import { fieldsToFix } from "#lib/schemas/fields-to-fix.ts";
import { listAccess } from "#lib/core/access.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";

const gone = () =>
  new ServiceError("not_found", "This configuration isn't here any more. Go back to the list.");

/**
 * Makes configurations due to be polled now. Skips disabled configurations, and configurations that the actor may not
 * see. `asked` is the number of due configurations.
 */
export async function requestSync(ctx: Context, rawIds: unknown): Promise<{ asked: number }> {
  authorise(ctx, "detections.read");
  const ids = z.array(z.uuid()).max(500).safeParse(rawIds).data;
  if (!ids) throw new ServiceError("invalid", "That can't be read. Reload the page and try again.");
  return inOwnOrganisation(ctx, async (tx) => {
    const due = (await listAccess(ctx, tx)).filter(
      ({ configuration, readable }) =>
        ids.includes(configuration.id) && readable && configuration.disabledAt === null,
    );
    for (const { configuration } of due) await putPollTarget(tx, ctx.actor.organisationId, configuration.id);
    return { asked: due.length };
  });
}

/**
 * Disables or enables a configuration. A disabled configuration is neither read nor written. An enabled one is due to
 * be polled now. Throws ServiceError.
 */
export async function setConfigurationDisabled(
  ctx: Context,
  rawId: unknown,
  disabled: boolean,
): Promise<void> {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, gone);
  const { organisationId } = ctx.actor;
  await inOwnOrganisation(ctx, async (tx) => {
    const found = await getConfiguration(tx, organisationId, id);
    if (!found) throw gone();
    const now = ctx.services.now();
    if (disabled) await removePollTarget(tx, organisationId, id);
    else {
      await putPollTarget(tx, organisationId, id);
      const { vendor, scopeId } = found.configuration;
      await ctx.services.jobs.enqueue(tx, adoptDeliveries, { organisationId, vendor, scopeId });
    }
    await setDisabled(tx, organisationId, id, disabled ? now : null);
    await recordAudit(
      ctx,
      tx,
      disabled ? "configuration.disabled" : "configuration.enabled",
      { kind: "configuration", id },
      {
        displayName: found.configuration.displayName,
      },
    );
  });
}

/**
 * Changes the settings of a configuration that need no check at the vendor. The day of the secret's expiry changes for
 * every configuration that shares the secret. Throws ServiceError.
 */
export async function editConfiguration(ctx: Context, rawId: unknown, rawInput: unknown): Promise<void> {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, gone);
  const { organisationId } = ctx.actor;
  const parsed = ConfigurationEdit.safeParse(rawInput);
  if (!parsed.success) {
    const fields = fieldMessages(parsed.error);
    throw new ServiceError("invalid", fieldsToFix(Object.keys(fields).length), { fields });
  }
  const { secretExpiresOn, writeAs, ...values } = parsed.data;
  await inOwnOrganisation(ctx, async (tx) => {
    const found = await getConfiguration(tx, organisationId, id);
    if (!found) throw gone();
    const before = found.configuration;
    const { readAs, displayName } = before;
    // a configuration that people read can only be written by people
    const chosen: { writeAs?: "application" | "person" } =
      readAs === "application" && writeAs ? { writeAs } : {};
    // once the application writes, nothing uses people's tokens and no page shows them
    if (chosen.writeAs === "application") await deleteSignInsOf(tx, organisationId, { configurationId: id });
    await updateConfiguration(tx, organisationId, id, { ...values, ...chosen });
    // after the update, which waits for sign-ins that are being finished
    if (chosen.writeAs === "application") await deleteAccountsFor(tx, organisationId, id);
    // a certificate contains its own expiry date
    const isGiven = found.credential.kind === "secret" && secretExpiresOn !== undefined;
    const expiry = isGiven ? { secretExpiresOn } : {};
    if (isGiven) await setSecretExpiry(tx, organisationId, found.credential.id, secretExpiresOn);
    const subject = { kind: "configuration", id };
    const earlier = earlierValues(before, values);
    const detail = { from: displayName, ...values, ...chosen, ...expiry, ...earlier } as {
      [key: string]: Json;
    };
    await recordAudit(ctx, tx, "configuration.changed", subject, detail);
  });
}

/** Returns the earlier values of those settings that an edit changes and that decide who is notified. */
function earlierValues(
  before: ConfigurationRow,
  { environment, notifyAbout }: Pick<z.output<typeof ConfigurationEdit>, "environment" | "notifyAbout">,
) {
  const isSame = !notifyAbout || notifyAbout.join() === before.notifyAbout.join();
  return {
    ...(environment && environment !== before.environment ? { environmentBefore: before.environment } : {}),
    ...(isSame ? {} : { notifyAboutBefore: before.notifyAbout }),
  };
}
