import { z } from "zod";
import type { Job } from "./contract.ts";

/** Deletes the rows of a deleted configuration, in batches. */
export const deleteConfigurationRows = {
  name: "delete-configuration-rows",
  payload: z.object({ organisationId: z.uuid(), configurationId: z.uuid() }),
  expireInSeconds: 3_600,
  retryLimit: 20,
  retryDelaySeconds: 10,
} satisfies Job;

/** Adopts a scope's deliveries that arrived before a configuration read the scope. */
export const adoptDeliveries = {
  name: "adopt-deliveries",
  payload: z.object({ organisationId: z.uuid(), vendor: z.string(), scopeId: z.string() }),
  expireInSeconds: 900,
  retryLimit: 10,
  retryDelaySeconds: 5,
} satisfies Job;

/** Deletes expired rows. Also reseals values that are sealed with an earlier key. */
export const cleanUp = {
  name: "clean-up",
  payload: z.unknown(),
  expireInSeconds: 3_600,
  retryLimit: 2,
  retryDelaySeconds: 60,
} satisfies Job;

/** Looks for problems that admins must fix. A failed run isn't retried, because the job runs every minute. */
export const watch = {
  name: "watch",
  payload: z.unknown(),
  expireInSeconds: 120,
  retryLimit: 0,
  retryDelaySeconds: 1,
} satisfies Job;

/** Takes back the acknowledgements of people who may not triage any more. A failed run isn't retried: it runs every minute. */
export const releaseLost = {
  name: "release-lost",
  payload: z.unknown(),
  expireInSeconds: 300,
  retryLimit: 0,
  retryDelaySeconds: 1,
} satisfies Job;

/** Takes High alerts back from owners who do nothing. A failed run isn't retried: it runs every minute. */
export const watchSilence = {
  name: "watch-silence",
  payload: z.unknown(),
  expireInSeconds: 300,
  retryLimit: 0,
  retryDelaySeconds: 1,
} satisfies Job;

export const jobs: readonly Job[] = [
  deleteConfigurationRows,
  adoptDeliveries,
  cleanUp,
  watch,
  releaseLost,
  watchSilence,
];
