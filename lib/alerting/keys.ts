import { listOrganisationIds } from "#db/queries/identity/organisations.ts";
import { authorise, type Context, type Services } from "#lib/core/context.ts";
import { forEachOrganisation } from "#lib/core/each-organisation.ts";
import { keyIds, type KeyringValue, type Resealed, type Resealer } from "#lib/core/keyring.ts";
import { coreResealers } from "#lib/core/sealing.ts";
import { ingestResealers } from "#lib/ingest/clean-up.ts";
import { alertingResealers } from "./clean-up.ts";

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

/** Reseals the installation's and every organisation's values with the keyring's first key. */
export async function resealAll(services: Services, signal: AbortSignal): Promise<Resealed> {
  const tallies = [await resealInstallation(services)];
  await forEachOrganisation(services, signal, "reseal.failed", async (organisationId) => {
    tallies.push(await resealOrganisation(services, organisationId, signal));
  });
  return sum(tallies);
}

/** How many stored values of one kind need a key. `keyId` is null for keys that aren't in the keyring. */
export type KeyNeed = { keyId: string | null; kind: KeyringValue; count: number };

/** Counts the stored values that need each key: the installation's, and those of the organisations. */
async function listNeeds(services: Services, organisationIds: readonly string[]): Promise<KeyNeed[]> {
  const counts = new Map<string, KeyNeed>();
  for (const [kind, resealer] of Object.entries(resealers) as [KeyringValue, Resealer][]) {
    const uses =
      resealer.of === "installation"
        ? await resealer.count(services)
        : (await eachCount(services, resealer, organisationIds)).flat();
    for (const { keyId, count } of uses) {
      const key = JSON.stringify([keyId, kind]);
      counts.set(key, { keyId, kind, count: (counts.get(key)?.count ?? 0) + count });
    }
  }
  return [...counts.values()];
}

async function eachCount(
  services: Services,
  resealer: Extract<Resealer, { of: "organisation" }>,
  organisationIds: readonly string[],
) {
  const found = [];
  for (const id of organisationIds) found.push(await resealer.count(services, id));
  return found;
}

/** Returns the keyring's key ids, first key first, and what needs each key in the whole installation. */
export async function getKeyNeeds(services: Services): Promise<{ keyIds: string[]; needs: KeyNeed[] }> {
  return {
    keyIds: keyIds(services),
    needs: await listNeeds(services, await listOrganisationIds(services.db)),
  };
}

/**
 * Returns which earlier keys the installation's and the caller's organisation's stored values still need, and which kinds of
 * values no key of the keyring opens. Throws `forbidden`.
 */
export async function getKeyStanding(ctx: Context): Promise<{
  firstId: string;
  earlier: { id: string; isNeeded: boolean }[];
  missing: KeyringValue[];
  missingWords: string[];
}> {
  authorise(ctx, "settings.manage");
  const [firstId = "", ...others] = keyIds(ctx.services);
  const needs = await listNeeds(ctx.services, [ctx.actor.organisationId]);
  const missing = [...new Set(needs.filter(({ keyId }) => keyId === null).map(({ kind }) => kind))];
  return {
    firstId,
    earlier: others.map((id) => ({ id, isNeeded: needs.some(({ keyId }) => keyId === id) })),
    missing,
    missingWords: missing.map((kind) => keyringValueWords[kind]),
  };
}

/** What people call each kind of value. */
export const keyringValueWords: Record<KeyringValue, string> = {
  "data-key": "data keys of organisations",
  "webhook-body": "deliveries that wait to be merged",
  "webhook-token-hash": "webhook URLs",
  "vapid-private-key": "keys for notifications on devices",
};
