import { cleanUp } from "#lib/jobs/jobs.ts";
import { cleanUpOld } from "../clean-up.ts";
import type { Handler } from "../handler.ts";

export const runCleanUp: Handler = {
  job: cleanUp,
  run: async (services, _payload, signal) =>
    services.log("clean_up.done", await cleanUpOld(services, signal)),
};
