import { claimSubscription } from "#lib/jobs/jobs.ts";
import { putBackUnclaimed } from "#lib/services/deliveries/replay.ts";
import type { Handler } from "../handler.ts";

export const runClaimSubscription: Handler = {
  job: claimSubscription,
  run: async (services, payload, signal) => {
    const asked = claimSubscription.payload.parse(payload);
    services.log("claim.done", { ...asked, deliveries: await putBackUnclaimed(services, asked, signal) });
  },
};
