import { alertingCleanUp } from "#lib/alerting/clean-up.ts";
import { resealInstallation, resealOrganisation } from "#lib/alerting/keys.ts";
import type { CleanUp, Tally } from "#lib/core/clean-up.ts";
import type { Services } from "#lib/core/context.ts";
import { forEachOrganisation } from "#lib/core/each-organisation.ts";
import { identityCleanUp } from "#lib/identity/clean-up.ts";
import { ingestCleanUp } from "#lib/ingest/clean-up.ts";
import { sourcesCleanUp } from "#lib/sources/clean-up.ts";
import { triageCleanUp } from "#lib/triage/clean-up.ts";

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
 * that no key of the keyring opens (`unopened`). If a part fails, the others run nonetheless, and an AggregateError is thrown
 * at the end.
 */
export async function cleanUpOld(services: Services, signal: AbortSignal): Promise<Tally> {
  const tally: Record<string, number> = {};
  const add = (counts: Tally) => {
    for (const [name, count] of Object.entries(counts)) tally[name] = (tally[name] ?? 0) + count;
  };
  const failed: unknown[] = [];
  const attempt = (work: Promise<void>) => work.catch((error: unknown) => void failed.push(error));
  await attempt(
    eachPart([
      async () => add(await resealInstallation(services)),
      ...storeys.map(
        ({ installation }) =>
          async () =>
            add((await installation?.(services)) ?? {}),
      ),
    ]),
  );
  await attempt(
    forEachOrganisation(services, signal, "clean_up.failed", (organisationId) =>
      eachPart([
        async () => add(await resealOrganisation(services, organisationId, signal)),
        ...storeys.map(
          ({ organisation }) =>
            async () =>
              add((await organisation?.(services, organisationId, signal)) ?? {}),
        ),
      ]),
    ),
  );
  if (failed.length > 0) throw new AggregateError(failed, "parts of the clean-up failed");
  return tally;
}

/** Runs the parts one after the other, also after one that fails. Throws an AggregateError at the end if any failed. */
async function eachPart(parts: readonly (() => Promise<void>)[]): Promise<void> {
  const failed: unknown[] = [];
  for (const part of parts) await part().catch((error: unknown) => void failed.push(error));
  if (failed.length > 0) throw new AggregateError(failed, "parts of the clean-up failed");
}
