import type { Job } from "#lib/jobs/contract.ts";
import type { Services } from "#lib/core/context.ts";

/** A job and what does it. Handlers are idempotent: a run that was cut off is run again. */
export type Handler = {
  job: Job;
  run(services: Services, payload: unknown, signal: AbortSignal): Promise<void>;
};
