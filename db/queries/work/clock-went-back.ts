import { sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { inbox, notificationQueue, outbox, pollTargets } from "../../schema/index.ts";

/** the tables whose rows wait for a time by the database's clock, and their columns with such a time */
const waiting = [
  [pollTargets, [pollTargets.dueAt, pollTargets.notBefore, pollTargets.leasedUntil]],
  [outbox, [outbox.dueAt, outbox.leasedUntil]],
  [notificationQueue, [notificationQueue.dueAt, notificationQueue.leasedUntil]],
  [inbox, [inbox.dueAt]],
] as const;

/** pg-boss's own times, which it compares with the database's clock before it starts or repeats something */
const ofJobQueue = {
  "pgboss.version": ["cron_on", "bam_on", "flow_on", "reindex_on", "monitor_backoff_on"],
  "pgboss.queue": ["maintain_on", "monitor_on", "monitor_claim_on"],
  "pgboss.job": ["start_after", "started_on", "heartbeat_on"],
} as const;

/**
 * Moves what waits for a later time back by `backMs`, because the database's clock went back by that much: otherwise nothing
 * would be polled, sent or cleaned up until the clock has caught up. The job queue's times that lie ahead become now.
 */
export async function followClock(tx: Transaction, backMs: number): Promise<void> {
  const back = sql`${`${Math.round(backMs)} milliseconds`}::interval`;
  for (const [table, columns] of waiting)
    for (const column of columns) {
      const name = sql.identifier(column.name);
      await tx.execute(sql`update ${table} set ${name} = ${name} - ${back} where ${name} > now()`);
    }
  for (const [table, columns] of Object.entries(ofJobQueue))
    for (const column of columns) {
      const name = sql.identifier(column);
      await tx.execute(sql`update ${sql.raw(table)} set ${name} = now() where ${name} > now()`);
    }
}
