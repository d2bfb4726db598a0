import { sql } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { fromNow, leasedTable, type LeaseOf } from "../../leased.ts";
import { pollTargets } from "../../schema/index.ts";

export const pollLeases = leasedTable(pollTargets, "configurationId");
export type PollLease = LeaseOf<typeof pollLeases>;

/** the largest number of configurations of one organisation that are polled at once */
const share = 3;

/** Leases up to `limit` configurations that are due to be polled, each for `leaseMs`. */
export function leaseDuePolls(db: Database, leaseMs: number, limit: number): Promise<PollLease[]> {
  return pollLeases.lease(db, { limit, leaseMs, share });
}

/**
 * Ends a poll's lease. The configuration becomes due in `dueInMs`, or earlier if somebody requested a poll in the meantime.
 * For `restMs`, even a request causes no poll.
 */
export async function releasePoll(
  tx: Transaction,
  lease: PollLease,
  dueInMs: number,
  restMs = 0,
): Promise<void> {
  const { dueAt } = pollTargets;
  const next = sql`case when ${dueAt} = ${lease.dueAt}::timestamptz then ${fromNow(dueInMs)}
    else greatest(${dueAt}, ${fromNow(restMs)}) end`;
  await pollLeases.release(tx, lease, next, sql`, not_before = ${fromNow(restMs)}`);
}
