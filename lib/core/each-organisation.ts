import { listOrganisationIds } from "#db/queries/identity/organisations.ts";
import type { Services } from "./context.ts";

/**
 * Runs `work` for one organisation after the other. If it fails for one, logs the error under the name `event` and goes
 * on with the next. Throws an AggregateError at the end if any failed.
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
