import { z } from "zod";
import type { Job } from "./contract.ts";

/** Deletes the rows of a deleted configuration in batches. */
export const deleteConfigurationRows = {
  name: "delete-configuration-rows",
  payload: z.object({ organisationId: z.uuid(), configurationId: z.uuid() }),
  expireInSeconds: 3_600,
  retryLimit: 20,
  retryDelaySeconds: 10,
} satisfies Job;

/** Adopts the deliveries that came before a configuration read their scope. */
export const adoptDeliveries = {
  name: "adopt-deliveries",
  payload: z.object({ organisationId: z.uuid(), vendor: z.string(), scopeId: z.string() }),
  expireInSeconds: 900,
  retryLimit: 10,
  retryDelaySeconds: 5,
} satisfies Job;

/** Deletes expired rows, and reseals what an earlier key sealed. */
export const cleanUp = {
  name: "clean-up",
  payload: z.unknown(),
  expireInSeconds: 3_600,
  retryLimit: 2,
  retryDelaySeconds: 60,
} satisfies Job;

/** Looks for problems that admins must mend. It isn't retried, because it runs again a minute later. */
export const watch = {
  name: "watch",
  payload: z.unknown(),
  expireInSeconds: 120,
  retryLimit: 0,
  retryDelaySeconds: 1,
} satisfies Job;

export const jobs: readonly Job[] = [deleteConfigurationRows, adoptDeliveries, cleanUp, watch];
