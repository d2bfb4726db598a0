import { inOrganisation } from "#db/client.ts";
import { deleteOldAbandonedRuns } from "#db/queries/sources/abandoned-runs.ts";
import { deleteOldCertificates } from "#db/queries/sources/prepared-certificates.ts";
import { deleteOldSignIns } from "#db/queries/sources/sign-ins.ts";
import { deleteOldVendorTurns } from "#db/queries/sources/vendor-turns.ts";
import { ago, type CleanUp } from "#lib/core/clean-up.ts";

const abandonedRunsKeptMs = 3_600_000;
const signInsKeptMs = 86_400_000;
const turnsKeptMs = 30 * 86_400_000;
const certificatesKeptMs = 30 * 86_400_000;

/**
 * Deletes the rows of abandoned checks after an hour, and sign-ins at authorities after a day. Deletes unused
 * certificates and idle rate limiters after 30 days.
 */
export const sourcesCleanUp: CleanUp = {
  installation: async (services) => {
    await deleteOldVendorTurns(services.db, ago(services, turnsKeptMs));
    return {};
  },
  organisation: (services, organisationId) =>
    inOrganisation(services.db, organisationId, async (tx) => {
      await deleteOldAbandonedRuns(tx, organisationId, ago(services, abandonedRunsKeptMs));
      await deleteOldSignIns(tx, organisationId, ago(services, signInsKeptMs));
      await deleteOldCertificates(tx, organisationId, ago(services, certificatesKeptMs));
      return {};
    }),
};
