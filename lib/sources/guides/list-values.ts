import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";

/** The ids of the organisation's configurations of one vendor, for its guide; no secret. Throws `forbidden`. */
export async function listGuideValues(ctx: Context, vendor: string) {
  authorise(ctx, "settings.manage");
  const rows = await inOwnOrganisation(ctx, (tx) => listConfigurations(tx, ctx.actor.organisationId));
  return rows
    .filter(({ configuration }) => configuration.vendor === vendor)
    .map(({ configuration, credential }) => ({
      id: configuration.id,
      displayName: configuration.displayName,
      cloud: configuration.cloud,
      scopeId: configuration.scopeId,
      /** by the names that the guide fills in */
      application: credential.application,
    }));
}
export type GuideValues = Awaited<ReturnType<typeof listGuideValues>>[number];
