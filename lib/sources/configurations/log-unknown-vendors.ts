import { inOrganisation } from "#db/client.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import type { Services } from "#lib/core/context.ts";
import { forEachOrganisation } from "#lib/core/each-organisation.ts";
import { isOffered } from "#lib/core/vendors.ts";

/** Logs the configurations whose vendor this version doesn't know, so that whoever rolled it back sees why they stand still. */
export async function logUnknownVendors(services: Services): Promise<void> {
  const { signal } = new AbortController();
  await forEachOrganisation(services, signal, "vendors.not_listed", async (organisationId) => {
    const rows = await inOrganisation(services.db, organisationId, (tx) =>
      listConfigurations(tx, organisationId),
    );
    for (const { configuration } of rows)
      if (!isOffered(services, configuration))
        services.log("vendors.unknown", {
          organisationId,
          configurationId: configuration.id,
          vendor: configuration.vendor,
        });
  });
}
