import { watch } from "#lib/jobs/jobs.ts";
import { watchOrganisations } from "#lib/alerting/alarms/watch.ts";
import type { Handler } from "../handler.ts";

export const runWatch: Handler = {
  job: watch,
  run: (services, _payload, signal) => watchOrganisations(services, signal),
};
