import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { listSkippedAlerts } from "#db/queries/configuration-health.ts";
import { countRecent, listConfigurations } from "#db/queries/configurations.ts";
import { listMembers } from "#db/queries/people.ts";
import { expiryOf } from "#lib/domain/expiry.ts";
import { visibleText } from "#lib/domain/text.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { getVendor } from "#lib/vendors/registry.ts";
import { authorise, type Context, inOwnOrganisation } from "../context.ts";
import { healthOf } from "./health.ts";

const bodyShown = 4_000;

/** One configuration with all that its page shows, and never a secret. Throws `not_found`. */
export async function getVendorConfiguration(ctx: Context, rawId: unknown) {
  authorise(ctx, "settings.manage");
  const id = z.uuid().safeParse(rawId);
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  return inOwnOrganisation(ctx, async (tx) => {
    const all = await listConfigurations(tx, organisationId);
    const found = all.find(({ configuration }) => configuration.id === id.data);
    if (!found)
      throw new ServiceError(
        "not_found",
        "This configuration isn't in your organisation, or it was deleted.",
      );
    const { configuration, credential, dueAt } = found;
    const vendor = getVendor(configuration.vendor);
    const members = await listMembers(tx, organisationId);
    const recent = await countRecent(tx, organisationId, new Date(now.getTime() - 86_400_000));
    const skipped = await listSkippedAlerts(tx, organisationId, configuration.id);
    const { facts } = configuration;
    return {
      id: configuration.id,
      displayName: configuration.displayName,
      vendorLabel: vendor.manifest.label,
      subscriptionId: configuration.subscriptionId,
      subscriptionName: typeof facts.subscriptionName === "string" ? facts.subscriptionName : "",
      plans: Array.isArray(facts.plans) ? facts.plans.map(String) : null,
      rights: rightsOf(facts.rights),
      rightsAsOf: typeof facts.rightsAsOf === "string" ? facts.rightsAsOf : null,
      verifiedAt: configuration.verifiedAt?.toISOString() ?? null,
      pollIntervalSeconds: configuration.pollIntervalSeconds,
      health: healthOf(configuration, now),
      lastGoodSyncAt: configuration.lastGoodSyncAt?.toISOString() ?? null,
      nextSyncAt: configuration.disabledAt ? null : (dueAt?.toISOString() ?? null),
      alerts24h: recent.get(configuration.id) ?? 0,
      credential: {
        id: credential.id,
        tenantId: credential.tenantId,
        applicationId: credential.applicationId,
        secretHint: credential.secretHint,
        secretSetAt: credential.secretSetAt.toISOString(),
        secretSetBy:
          members.find((one) => one.userId === credential.secretSetBy)?.displayName ?? "a former member",
        secretExpiresOn: credential.secretExpiresOn,
        expiry: expiryOf(credential.secretExpiresOn, now),
        secretsUrl: vendor.links.secrets(credential.applicationId, ctx.services.azure.portalUrl),
        usedBy: all
          .filter((one) => one.credential.id === credential.id)
          .map((one) => one.configuration.displayName),
      },
      skipped: skipped.map((one) => ({
        reason: one.reason,
        body: visibleText(gunzipSync(one.body).toString("utf8").slice(0, bodyShown)),
        firstSeenAt: one.firstSeenAt.toISOString(),
        lastSeenAt: one.lastSeenAt.toISOString(),
      })),
      now: now.toISOString(),
    };
  });
}
export type ConfigurationDetail = Awaited<ReturnType<typeof getVendorConfiguration>>;

/** What the application may do to alerts, in words; null when it was never found out. */
function rightsOf(facts: unknown): string | null {
  const rights = z.record(z.string(), z.string()).safeParse(facts);
  if (!rights.success) return null;
  const values = Object.values(rights.data);
  if (values.every((right) => right !== "no")) return "The application may change the status of alerts.";
  return "The application may only read alerts. To change their status, assign Security Admin on the subscription.";
}
