import type { Lease, LeasedTable } from "#db/leased.ts";
import { pauseOrAbort } from "#lib/platform/pause.ts";
import type { Services } from "./context.ts";

/** A piece of leased work. It throws only if PocketSOC itself has an error or the database can't be reached. */
export type Work = () => Promise<void>;
/** Leases up to `limit` pieces of due work. `signal` aborts when the worker has to end. */
export type LeaseWork = (services: Services, limit: number, signal: AbortSignal) => Promise<Work[]>;

/**
 * Runs `work` and renews its lease every quarter of `leaseMs`. A failed renewal is logged and tried again after another
 * quarter. If another worker takes the lease, `work` continues, but its writes under the lease are refused.
 */
export async function keepLease<L extends Lease, T>(
  services: Services,
  leases: LeasedTable<L>,
  lease: L,
  leaseMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  void renewUntil(ending.signal, services, leases, lease, leaseMs);
  try {
    return await work();
  } finally {
    ending.abort();
  }
}

async function renewUntil<L extends Lease>(
  ended: AbortSignal,
  services: Services,
  leases: LeasedTable<L>,
  lease: L,
  leaseMs: number,
): Promise<void> {
  const about = { table: leases.name, key: leases.keyOf(lease) };
  for (;;) {
    await pauseOrAbort(leaseMs / 4, ended);
    if (ended.aborted) return;
    try {
      if (await leases.renew(services.db, lease, leaseMs)) continue;
      if (!ended.aborted) services.log("lease.lost", about);
      return;
    } catch (error) {
      services.log("lease.renew_failed", { ...about, error });
    }
  }
}
