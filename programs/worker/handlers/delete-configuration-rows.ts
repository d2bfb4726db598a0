import { deleteConfigurationRows } from "#lib/jobs/jobs.ts";
import { deleteConfigurationRowsOf } from "#lib/triage/delete-configuration-rows.ts";
import type { Handler } from "../handler.ts";

export const runDeleteConfigurationRows: Handler = {
  job: deleteConfigurationRows,
  run: (services, payload, signal) =>
    deleteConfigurationRowsOf(services, deleteConfigurationRows.payload.parse(payload), signal),
};
