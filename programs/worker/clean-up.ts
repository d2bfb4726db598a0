import { alertingCleanUp } from "#lib/alerting/clean-up.ts";
import type { CleanUp, Tally } from "#lib/core/clean-up.ts";
import type { Services } from "#lib/core/context.ts";
import { forEachOrganisation } from "#lib/core/each-organisation.ts";
import { identityCleanUp } from "#lib/identity/clean-up.ts";
import { ingestCleanUp } from "#lib/ingest/clean-up.ts";
import { sourcesCleanUp } from "#lib/sources/clean-up.ts";
import { triageCleanUp } from "#lib/triage/clean-up.ts";
import { resealInstallation, resealOrganisation } from "./reseal.ts";

const storeys: readonly CleanUp[] = [
  identityCleanUp,
  sourcesCleanUp,
  ingestCleanUp,
  triageCleanUp,
  alertingCleanUp,
];

/**
 * Reseals with the keyring's first key what earlier keys sealed, and deletes each storey's expired rows. Never deletes the
 * audit log, detections or notes. Returns the number of deleted rows by kind, of resealed values (`resealed`), and of values
 * that no key of the keyring opens (`unopened`).
 */
export async function cleanUpOld(services: Services, signal: AbortSignal): Promise<Tally> {
  const tally: Record<string, number> = {};
  const add = (counts: Tally) => {
    for (const [name, count] of Object.entries(counts)) tally[name] = (tally[name] ?? 0) + count;
  };
  add(await resealInstallation(services));
  for (const { installation } of storeys) if (installation) add(await installation(services));
  await forEachOrganisation(services, signal, "clean_up.failed", async (organisationId) => {
    add(await resealOrganisation(services, organisationId, signal));
    for (const { organisation } of storeys)
      if (organisation) add(await organisation(services, organisationId, signal));
  });
  return tally;
}
