import { listOrganisationIds } from "#db/queries/identity/organisations.ts";
import type { Services } from "./context.ts";

/**
 * Runs `work` for each organisation, one after the other. Logs each error under the name `event` and goes on. At the
 * end, throws an AggregateError if there were errors.
 */
export async function forEachOrganisation(
  services: Services,
  signal: AbortSignal,
  event: string,
  work: (organisationId: string) => Promise<void>,
): Promise<void> {
  const failed: unknown[] = [];
  for (const organisationId of await listOrganisationIds(services.db)) {
    signal.throwIfAborted();
    try {
      await work(organisationId);
    } catch (error) {
      services.log(event, { organisationId, error });
      failed.push(error);
    }
  }
  if (failed.length > 0) throw new AggregateError(failed, `${event} in some organisations`);
}
