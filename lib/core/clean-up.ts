import { inOrganisation, type Transaction } from "#db/client.ts";
import type { Services } from "./context.ts";

/** How many rows went, by what they were. */
export type Tally = Readonly<Record<string, number>>;

/** What a storey forgets once it is past its time. The worker runs it every hour. */
export type CleanUp = {
  /** of what belongs to no organisation, or finds one */
  installation?(services: Services): Promise<Tally>;
  organisation?(services: Services, organisationId: string, signal: AbortSignal): Promise<Tally>;
};

/** The moment `ms` ago. */
export const ago = (services: Services, ms: number): Date => new Date(services.now().getTime() - ms);

/** Repeats a deletion of a batch of an organisation's rows, each in a transaction of its own, until none is left; returns how many went. */
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
