import { leaseDueStatusChanges, leaseDuePolls } from "#db/queries/work/leases.ts";
import { type Claimed, leaseDueAlertingWork, leaseDueOutgoing } from "#db/queries/alerting/queue.ts";
import { listWaitingOrganisations } from "#db/queries/ingest/inbox.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "./context.ts";

/** Claims due work for one worker, each with a lease of its own claim. */
export const leaseDueWork = {
  polls: (services: Services, leaseMs: number, most: number) =>
    leaseDuePolls(services.db, newId(), leaseMs, most),
  sends: (services: Services, leaseMs: number, most: number) =>
    leaseDueStatusChanges(services.db, newId(), leaseMs, most),
  notifications: (services: Services, leaseMs: number, most: number, which: Claimed) =>
    leaseDueAlertingWork(services.db, newId(), leaseMs, most, which),
  outgoing: (services: Services, leaseMs: number, most: number) =>
    leaseDueOutgoing(services.db, newId(), leaseMs, most),
  /** organisations with deliveries to merge, without those in `busy`; the rows are locked as they are merged */
  merges: (services: Services, busy: readonly string[], most: number) =>
    listWaitingOrganisations(services.db, busy, most),
};
