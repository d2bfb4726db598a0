import { sql } from "drizzle-orm";
import { fromDrizzle, PgBoss } from "pg-boss";
import type { z } from "zod";
import type { Job } from "./contract.ts";

type Executor = Parameters<typeof fromDrizzle>[0];

/** The queue in which verbs enqueue jobs, in the transaction that made them necessary. */
export type JobQueue = {
  enqueue<P extends z.ZodType>(tx: Executor, job: Job<P>, payload: z.input<P>): Promise<void>;
};

/** `db/migrate.ts` makes the schema and the queues, as the owner; the portal's role only uses them. */
export const bossOptions = { migrate: false, createSchema: false } as const;

/** Makes a job's queue, or updates an existing queue to the job's limits. */
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

/** A queue on `db`, the process's own pool. It only enqueues jobs; it runs none. */
export function openJobQueue(db: Executor): JobQueue {
  const boss = new PgBoss({ db: fromDrizzle(db, sql), ...bossOptions, supervise: false, schedule: false });
  return {
    enqueue: async (tx, job, payload) => {
      await boss.send(job.name, job.payload.parse(payload) as object, { db: fromDrizzle(tx, sql) });
    },
  };
}
