import { alertingResealers } from "#lib/alerting/clean-up.ts";
import type { Services } from "#lib/core/context.ts";
import type { KeyringValue, Resealed, Resealer } from "#lib/core/keyring.ts";
import { coreResealers } from "#lib/core/sealing.ts";
import { ingestResealers } from "#lib/ingest/clean-up.ts";

/**
 * The resealer of each kind of value that the keyring seals or hashes. A missing resealer is a compiler error. Data
 * keys come first, because they open the webhook tokens.
 */
const resealers: Record<KeyringValue, Resealer> = {
  ...coreResealers,
  ...ingestResealers,
  ...alertingResealers,
};

const sum = (tallies: readonly Resealed[]): Resealed => ({
  resealed: tallies.reduce((total, { resealed }) => total + resealed, 0),
  unopened: tallies.reduce((total, { unopened }) => total + unopened, 0),
});

/** Reseals the installation's own values with the keyring's first key. */
export async function resealInstallation(services: Services): Promise<Resealed> {
  const tallies: Resealed[] = [];
  for (const resealer of Object.values(resealers))
    if (resealer.of === "installation") tallies.push(await resealer.reseal(services));
  return sum(tallies);
}

/** Reseals one organisation's values with the keyring's first key. */
export async function resealOrganisation(
  services: Services,
  organisationId: string,
  signal: AbortSignal,
): Promise<Resealed> {
  const tallies: Resealed[] = [];
  for (const resealer of Object.values(resealers))
    if (resealer.of === "organisation") tallies.push(await resealer.reseal(services, organisationId, signal));
  return sum(tallies);
}
