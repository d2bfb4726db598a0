import { claimDueChanges, claimDuePolls } from "#db/queries/leases.ts";
import { type Claimed, claimDueNotifications, claimDueOutgoing } from "#db/queries/notification-queue.ts";
import { listWaitingOrganisations } from "#db/queries/inbox.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "./context.ts";

/** Claims due work for one worker, each with a lease of its own claim. */
export const claimDueWork = {
  polls: (services: Services, leaseMs: number, most: number) =>
    claimDuePolls(services.db, newId(), leaseMs, most),
  sends: (services: Services, leaseMs: number, most: number) =>
    claimDueChanges(services.db, newId(), leaseMs, most),
  notifications: (services: Services, leaseMs: number, most: number, which: Claimed) =>
    claimDueNotifications(services.db, newId(), leaseMs, most, which),
  outgoing: (services: Services, leaseMs: number, most: number) =>
    claimDueOutgoing(services.db, newId(), leaseMs, most),
  /** organisations with deliveries to merge, without those in `busy`; the rows are locked as they are merged */
  merges: (services: Services, busy: readonly string[], most: number) =>
    listWaitingOrganisations(services.db, busy, most),
};
