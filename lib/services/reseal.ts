import { inOrganisation } from "#db/client.ts";
import type { Services } from "./context.ts";
import { rewrapDataKeys } from "./credentials.ts";
import type { KeyringColumn, Resealed } from "./keyring.ts";
import { resealVapidKeys } from "./notifications/keys.ts";
import { resealBodies } from "./webhooks/body.ts";
import { rehashTokens } from "./webhooks/token-texts.ts";

type OfInstallation = (services: Services) => Promise<Resealed>;
type OfOrganisation = (services: Services, organisationId: string, signal: AbortSignal) => Promise<Resealed>;

const ofInstallation = {
  "vapid_keys.private_sealed": resealVapidKeys,
} satisfies Partial<Record<KeyringColumn, OfInstallation>>;

const ofOrganisation = {
  // first: tokens are opened by it
  "data_keys.wrapped": (services, organisationId) =>
    inOrganisation(services.db, organisationId, (tx) => rewrapDataKeys(services, tx, organisationId)),
  "webhook_tokens.token_hash": (services, organisationId) =>
    inOrganisation(services.db, organisationId, (tx) => rehashTokens(services, tx, organisationId)),
  "inbox.body": resealBodies,
} satisfies Partial<Record<KeyringColumn, OfOrganisation>>;

/** Every column that holds what a key of the keyring made; one that is missing here doesn't compile. */
export const resealedColumns = Object.keys({
  ...ofInstallation,
  ...ofOrganisation,
} satisfies Record<KeyringColumn, unknown>);

const sum = (tallies: readonly Resealed[]): Resealed => ({
  resealed: tallies.reduce((all, one) => all + one.resealed, 0),
  unopened: tallies.reduce((all, one) => all + one.unopened, 0),
});

/** Makes anew with the keyring's first key what an earlier one made for the installation. */
export async function resealOfInstallation(services: Services): Promise<Resealed> {
  return sum(await Promise.all(Object.values(ofInstallation).map((reseal) => reseal(services))));
}

/** The same for one organisation. */
export async function resealOfOrganisation(
  services: Services,
  organisationId: string,
  signal: AbortSignal,
): Promise<Resealed> {
  const tallies: Resealed[] = [];
  for (const reseal of Object.values(ofOrganisation))
    tallies.push(await reseal(services, organisationId, signal));
  return sum(tallies);
}
