import type { z } from "zod";

/**
 * A job's name, payload and limits. `programs/worker/loops.ts` assigns the function that runs the job. A payload contains
 * ids, never the body of a request.
 */
export type Job<Payload extends z.ZodType = z.ZodType> = {
  /** the name of the job, and of its queue in pg-boss */
  name: string;
  payload: Payload;
  /** the longest duration of a run in seconds; a longer run counts as failed */
  expireInSeconds: number;
  retryLimit: number;
  /** seconds before the first retry; the delay doubles with each further retry */
  retryDelaySeconds: number;
};
