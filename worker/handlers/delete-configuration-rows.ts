import { deleteConfigurationRows } from "#lib/jobs/jobs.ts";
import { takeRowsAway } from "#lib/services/configurations/delete.ts";
import type { Handler } from "../handler.ts";

export const runDeleteConfigurationRows: Handler = {
  job: deleteConfigurationRows,
  run: (services, payload, signal) =>
    takeRowsAway(services, deleteConfigurationRows.payload.parse(payload), signal),
};
