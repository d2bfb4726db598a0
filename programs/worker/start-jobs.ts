import { PgBoss } from "pg-boss";
import type { z } from "zod";
import type { Services } from "#lib/core/context.ts";
import type { Job } from "#lib/jobs/contract.ts";
import { bossOptions } from "#lib/jobs/queue.ts";
import type { JobsDatabase } from "#lib/core/open.ts";

/** A job, the function that does its work, and its cron schedule if it has one. */
export type JobRow = {
  job: Job;
  run(services: Services, payload: unknown, signal: AbortSignal): Promise<void>;
  cron?: string;
};

/** Makes a row of the table of jobs. `run` receives the parsed payload. */
export const jobRow = <Payload extends z.ZodType>(
  job: Job<Payload>,
  run: (services: Services, payload: z.output<Payload>, signal: AbortSignal) => Promise<void>,
  cron?: string,
): JobRow => ({
  job,
  run: (services, payload, signal) => run(services, job.payload.parse(payload), signal),
  ...(cron ? { cron } : {}),
});

/**
 * Runs jobs when they are enqueued or scheduled. Uses `database`, a small pool of its own. `stop` ends running jobs within
 * seconds and closes the pool.
 */
export async function startJobs(
  services: Services,
  rows: readonly JobRow[],
  database: JobsDatabase,
): Promise<{ stop(): Promise<void> }> {
  const boss = new PgBoss({ db: database, ...bossOptions });
  boss.on("error", (error) => services.log("jobs.error", { error }));
  const ending = new AbortController();
  await boss.start({ attempts: 5 });
  for (const { job, run, cron } of rows) {
    if (cron) await boss.schedule(job.name, cron);
    await boss.work(job.name, { pollingIntervalSeconds: 1 }, async (batch) => {
      for (const { id, data, signal } of batch) {
        try {
          await run(services, data, AbortSignal.any([ending.signal, signal]));
          services.log("job.done", { job: job.name, id });
        } catch (error) {
          services.log("job.failed", { job: job.name, id, error });
          throw error;
        }
      }
    });
  }
  return {
    stop: async () => {
      ending.abort();
      await boss.stop({ graceful: true, timeout: 5_000 });
      await database.close();
    },
  };
}
