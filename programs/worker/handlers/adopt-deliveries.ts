import { adoptDeliveries } from "#lib/jobs/jobs.ts";
import { mergeUnclaimed } from "#lib/ingest/deliveries/replay.ts";
import type { Handler } from "../handler.ts";

export const runAdoptDeliveries: Handler = {
  job: adoptDeliveries,
  run: async (services, payload, signal) => {
    const asked = adoptDeliveries.payload.parse(payload);
    services.log("claim.done", { ...asked, deliveries: await mergeUnclaimed(services, asked, signal) });
  },
};
