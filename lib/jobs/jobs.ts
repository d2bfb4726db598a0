import { z } from "zod";
import type { Job } from "./contract.ts";

/** Takes a deleted configuration's rows away, a batch at a time. */
export const deleteConfigurationRows = {
  name: "delete-configuration-rows",
  payload: z.object({ organisationId: z.uuid(), configurationId: z.uuid() }),
  expireInSeconds: 3_600,
  retryLimit: 20,
  retryDelaySeconds: 10,
} satisfies Job;

/** Merges what a scope of a vendor's posted before a configuration read it. */
export const adoptDeliveries = {
  name: "adopt-deliveries",
  payload: z.object({ organisationId: z.uuid(), vendor: z.string(), scopeId: z.string() }),
  expireInSeconds: 900,
  retryLimit: 10,
  retryDelaySeconds: 5,
} satisfies Job;

/** Forgets what is past its time: sessions, one-time links, alerts set aside, tombstones. */
export const cleanUp = {
  name: "clean-up",
  payload: z.unknown(),
  expireInSeconds: 3_600,
  retryLimit: 2,
  retryDelaySeconds: 60,
  cron: "17 * * * *",
} satisfies Job;

/** Looks at what admins are to be told of beside alerts. The next minute's run is its retry. */
export const watch = {
  name: "watch",
  payload: z.unknown(),
  expireInSeconds: 120,
  retryLimit: 0,
  retryDelaySeconds: 1,
  cron: "* * * * *",
} satisfies Job;

export const jobs: readonly Job[] = [deleteConfigurationRows, adoptDeliveries, cleanUp, watch];
