import { sql } from "drizzle-orm";
import { fromDrizzle, PgBoss } from "pg-boss";
import type { z } from "zod";
import type { Job } from "./contract.ts";

type Executor = Parameters<typeof fromDrizzle>[0];

/** Where verbs leave jobs, in the transaction that made them necessary. */
export type JobQueue = {
  enqueue<P extends z.ZodType>(tx: Executor, job: Job<P>, payload: z.input<P>): Promise<void>;
};

/** Schema and queues are made by `db/migrate.ts`, as the owner; the portal's role uses them as it finds them. */
export const bossOptions = { migrate: false, createSchema: false } as const;

/** Makes a job's queue, or gives the one that stands the job's present limits. */
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

/** A queue on `db`, the process's own pool; nothing runs here, jobs are only left. */
export function openJobQueue(db: Executor): JobQueue {
  const boss = new PgBoss({ db: fromDrizzle(db, sql), ...bossOptions, supervise: false, schedule: false });
  return {
    enqueue: async (tx, job, payload) => {
      await boss.send(job.name, job.payload.parse(payload) as object, { db: fromDrizzle(tx, sql) });
    },
  };
}
