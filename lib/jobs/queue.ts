import { sql } from "drizzle-orm";
import { fromDrizzle, PgBoss } from "pg-boss";
import type { z } from "zod";
import type { Job } from "./contract.ts";

type Executor = Parameters<typeof fromDrizzle>[0];

/** Enqueues jobs in the caller's transaction, so that a job exists only if the transaction commits. */
export type JobQueue = {
  enqueue<P extends z.ZodType>(tx: Executor, job: Job<P>, payload: z.input<P>): Promise<void>;
};

/**
 * The options of pg-boss in every process. `db/migrate.ts` creates the schema and the queues, because the portal's role
 * lacks the rights to.
 */
export const bossOptions = { migrate: false, createSchema: false } as const;

/** Creates a job's queue, or gives an existing queue the job's limits. */
export async function putQueue(boss: PgBoss, job: Job): Promise<void> {
  const { name, expireInSeconds, retryLimit, retryDelaySeconds } = job;
  const limits = {
    expireInSeconds,
    retryLimit,
    retryDelay: retryDelaySeconds,
    retryBackoff: true,
    retryDelayMax: 300,
  };
  await boss.createQueue(name, limits);
  await boss.updateQueue(name, limits);
}

/** Opens a job queue on `db`, the process's own pool. It only enqueues jobs, which the worker runs. */
export function openJobQueue(db: Executor): JobQueue {
  const boss = new PgBoss({ db: fromDrizzle(db, sql), ...bossOptions, supervise: false, schedule: false });
  return {
    enqueue: async (tx, job, payload) => {
      await boss.send(job.name, job.payload.parse(payload) as object, { db: fromDrizzle(tx, sql) });
    },
  };
}
