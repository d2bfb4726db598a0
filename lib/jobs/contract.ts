import type { z } from "zod";

/** A job's name, payload and limits. `programs/worker/loops.ts` has its work. Payloads contain ids, never bodies. */
export type Job<Payload extends z.ZodType = z.ZodType> = {
  /** also the name of its queue */
  name: string;
  payload: Payload;
  /** a longer run counts as failed and is retried */
  expireInSeconds: number;
  retryLimit: number;
  /** the wait before the first retry; it doubles with each further one */
  retryDelaySeconds: number;
};
