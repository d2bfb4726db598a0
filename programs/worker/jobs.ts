import { PgBoss } from "pg-boss";
import { bossOptions } from "#lib/jobs/queue.ts";
import type { Services } from "#lib/core/context.ts";
import type { Handler } from "./handler.ts";
import { runAdoptDeliveries } from "./handlers/adopt-deliveries.ts";
import { runCleanUp } from "./handlers/clean-up.ts";
import { runDeleteConfigurationRows } from "./handlers/delete-configuration-rows.ts";
import { runWatch } from "./handlers/watch.ts";

const handlers: readonly Handler[] = [runDeleteConfigurationRows, runAdoptDeliveries, runCleanUp, runWatch];

/** Runs jobs and their schedules on a small pool of its own; `stop` ends what is under way within seconds. */
export async function startJobs(services: Services, databaseUrl: string): Promise<{ stop(): Promise<void> }> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    application_name: "pocketsoc-worker-jobs",
    max: 2,
    ...bossOptions,
  });
  boss.on("error", (error) => services.log("jobs.error", { error }));
  const ending = new AbortController();
  await boss.start({ attempts: 5 });
  for (const { job, run } of handlers) {
    if (job.cron) await boss.schedule(job.name, job.cron);
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
    },
  };
}
