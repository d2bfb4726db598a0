import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";

/**
 * Returns the values of an organisation that fill in a vendor's guide. Contains no secret. Throws ServiceError
 * `forbidden`.
 */
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
      /** the application's values, by the names of the guide's placeholders */
      application: credential.application,
    }));
}
export type GuideValues = Awaited<ReturnType<typeof listGuideValues>>[number];
