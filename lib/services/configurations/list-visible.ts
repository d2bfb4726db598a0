import { listConfigurations } from "#db/queries/configurations.ts";
import { getVendor } from "#lib/vendors/registry.ts";
import { authorise, type Context, inOwnOrganisation } from "../context.ts";
import { healthOf } from "./health.ts";

/**
 * The configurations, by name, with what everyone who sees detections may know of them: no credential, not
 * even a hint of one. Throws `forbidden`.
 */
export async function listVisibleConfigurations(ctx: Context) {
  authorise(ctx, "detections.read");
  const now = ctx.services.now();
  const rows = await inOwnOrganisation(ctx, (tx) => listConfigurations(tx, ctx.actor.organisationId));
  return rows.map(({ configuration, dueAt }) => ({
    id: configuration.id,
    displayName: configuration.displayName,
    vendor: configuration.vendor,
    provider: getVendor(configuration.vendor).manifest.provider,
    subscriptionId: configuration.subscriptionId,
    isDisabled: configuration.disabledAt !== null,
    health: healthOf(configuration, now),
    pollIntervalSeconds: configuration.pollIntervalSeconds,
    lastGoodSyncAt: configuration.lastGoodSyncAt?.toISOString() ?? null,
    lastAttemptAt: configuration.lastAttemptAt?.toISOString() ?? null,
    nextSyncAt: configuration.disabledAt ? null : (dueAt?.toISOString() ?? null),
  }));
}
export type VisibleConfiguration = Awaited<ReturnType<typeof listVisibleConfigurations>>[number];
