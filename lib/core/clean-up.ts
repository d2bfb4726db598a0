import { inOrganisation, type Transaction } from "#db/client.ts";
import type { Services } from "./context.ts";

/** The number of deleted rows of each kind. */
export type Tally = Readonly<Record<string, number>>;

/** A storey's functions that delete its expired rows. The worker calls them every hour. */
export type CleanUp = {
  /** deletes rows of routing tables and of tables without an organisation */
  installation?(services: Services): Promise<Tally>;
  organisation?(services: Services, organisationId: string, signal: AbortSignal): Promise<Tally>;
};

/** Returns the time `ms` before now. */
export const ago = (services: Services, ms: number): Date => new Date(services.now().getTime() - ms);

/** Repeats `deleteBatch`, each time in its own transaction, until it deletes nothing. Returns the number of deleted rows. */
export async function deleteInBatches(
  services: Services,
  organisationId: string,
  signal: AbortSignal,
  deleteBatch: (tx: Transaction) => Promise<number>,
): Promise<number> {
  for (let sum = 0; ; ) {
    signal.throwIfAborted();
    const count = await inOrganisation(services.db, organisationId, deleteBatch);
    if (count === 0) return sum;
    sum += count;
  }
}
