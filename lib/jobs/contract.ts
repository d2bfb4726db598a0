import type { z } from "zod";

/** A job's name, payload and limits; what is done stands in `programs/worker/loops.ts`. Payloads hold ids, never bodies. */
export type Job<Payload extends z.ZodType = z.ZodType> = {
  /** the name of its queue */
  name: string;
  payload: Payload;
  /** a run that takes longer counts as failed and is tried again */
  expireInSeconds: number;
  retryLimit: number;
  /** the first wait; each one after it is twice as long */
  retryDelaySeconds: number;
};
