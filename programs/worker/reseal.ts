import { inOrganisation } from "#db/client.ts";
import type { Services } from "#lib/core/context.ts";
import { rewrapDataKeys } from "#lib/core/sealing.ts";
import type { KeyringValue, Resealed } from "#lib/core/keyring.ts";
import { resealVapidKeys } from "#lib/alerting/delivery/vapid-keys.ts";
import { resealBodies } from "#lib/ingest/receive/body.ts";
import { rehashTokens } from "#lib/ingest/webhook-urls/token-texts.ts";

type Resealer =
  | { of: "installation"; reseal(services: Services): Promise<Resealed> }
  | {
      of: "organisation";
      reseal(services: Services, organisationId: string, signal: AbortSignal): Promise<Resealed>;
    };

/** Everything that a key of the keyring made; what is missing here doesn't compile. */
const resealers: Record<KeyringValue, Resealer> = {
  "vapid-private-key": { of: "installation", reseal: resealVapidKeys },
  // before the tokens, which it opens
  "data-key": {
    of: "organisation",
    reseal: (services, organisationId) =>
      inOrganisation(services.db, organisationId, (tx) => rewrapDataKeys(services, tx, organisationId)),
  },
  "webhook-token-hash": {
    of: "organisation",
    reseal: (services, organisationId) =>
      inOrganisation(services.db, organisationId, (tx) => rehashTokens(services, tx, organisationId)),
  },
  "webhook-body": { of: "organisation", reseal: resealBodies },
};

const sum = (tallies: readonly Resealed[]): Resealed => ({
  resealed: tallies.reduce((all, one) => all + one.resealed, 0),
  unopened: tallies.reduce((all, one) => all + one.unopened, 0),
});

/** Makes anew with the keyring's first key what an earlier one made for the installation. */
export async function resealOfInstallation(services: Services): Promise<Resealed> {
  const tallies: Resealed[] = [];
  for (const one of Object.values(resealers))
    if (one.of === "installation") tallies.push(await one.reseal(services));
  return sum(tallies);
}

/** The same for one organisation. */
export async function resealOfOrganisation(
  services: Services,
  organisationId: string,
  signal: AbortSignal,
): Promise<Resealed> {
  const tallies: Resealed[] = [];
  for (const one of Object.values(resealers))
    if (one.of === "organisation") tallies.push(await one.reseal(services, organisationId, signal));
  return sum(tallies);
}
