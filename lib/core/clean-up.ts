import { inOrganisation, type Transaction } from "#db/client.ts";
import type { Services } from "./context.ts";

/** How many rows were deleted, by kind. */
export type Tally = Readonly<Record<string, number>>;

/** How a storey deletes its expired rows. The worker runs it every hour. */
export type CleanUp = {
  /** rows that belong to no organisation, or that find one */
  installation?(services: Services): Promise<Tally>;
  organisation?(services: Services, organisationId: string, signal: AbortSignal): Promise<Tally>;
};

/** The moment `ms` ago. */
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
