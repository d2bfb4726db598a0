import { inOrganisation } from "#db/client.ts";
import { deleteOldTombstones } from "#db/queries/triage/changes.ts";
import { listDeletedConfigurations } from "#db/queries/triage/configuration-rows.ts";
import { tombstonesKeptMs } from "#lib/domain/triage.ts";
import { ago, type CleanUp, deleteInBatches } from "#lib/core/clean-up.ts";
import { deleteConfigurationRowsOf } from "./delete-configuration-rows.ts";

const batchLimit = 5_000;
/** after this time, the job that deletes a configuration's rows has either ended or used up its attempts */
const deletionMs = 3_600_000;

/** Deletes tombstones after 30 days. Also deletes the rows of each deleted configuration whose job failed. */
export const triageCleanUp: CleanUp = {
  organisation: async (services, organisationId, signal) => {
    const before = ago(services, tombstonesKeptMs);
    const tombstones = await deleteInBatches(services, organisationId, signal, (tx) =>
      deleteOldTombstones(tx, organisationId, before, batchLimit),
    );
    const unfinished = await inOrganisation(services.db, organisationId, (tx) =>
      listDeletedConfigurations(tx, organisationId, ago(services, deletionMs)),
    );
    for (const configurationId of unfinished)
      await deleteConfigurationRowsOf(services, { organisationId, configurationId }, signal);
    return { tombstones };
  },
};
