import { inOrganisation } from "#db/client.ts";
import { deleteOldDeliveries } from "#db/queries/ingest/deliveries.ts";
import { deleteOldSkippedAlerts } from "#db/queries/ingest/skipped-alerts.ts";
import {
  countTokensByKey,
  deleteOldWebhookRefusals,
  deleteOldWebhookTokens,
} from "#db/queries/ingest/webhook-tokens.ts";
import { countInboxByMark } from "#db/queries/ingest/inbox.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { ago, type CleanUp, deleteInBatches } from "#lib/core/clean-up.ts";
import type { Services } from "#lib/core/context.ts";
import { countMarks, hasKey, type Resealers } from "#lib/core/keyring.ts";
import { mergeUnclaimed } from "./deliveries/replay.ts";
import { resealBodies } from "./receive/body.ts";
import { rehashTokens } from "./webhook-urls/token-texts.ts";

const keptMs = 30 * 86_400_000;
/** the maximum number of skipped alerts that an organisation keeps; the oldest are deleted first */
const skippedMax = 1_000;
/** the maximum number of unusable deliveries that an organisation keeps; the oldest are deleted first */
const unusableMax = 1_000;

/**
 * Deletes skipped alerts, ended webhook tokens and counts of refused calls after 30 days. Deletes deliveries after
 * POCKETSOC_DELIVERY_DAYS. Adopts deliveries that arrived while their configuration was being saved.
 */
export const ingestCleanUp: CleanUp = {
  installation: async (services) => {
    await deleteOldWebhookRefusals(services.db, ago(services, keptMs));
    return {};
  },
  organisation: async (services, organisationId, signal) => {
    const before = ago(services, keptMs);
    const deliveriesBefore = ago(services, services.deliveriesKeptDays * 86_400_000);
    const deliveries = await deleteInBatches(services, organisationId, signal, (tx) =>
      deleteOldDeliveries(tx, organisationId, deliveriesBefore, unusableMax),
    );
    const skipped = await inOrganisation(services.db, organisationId, async (tx) => {
      await deleteOldWebhookTokens(tx, organisationId, before);
      return deleteOldSkippedAlerts(tx, organisationId, before, skippedMax);
    });
    for (const { vendor, scopeId } of await listReadScopes(services, organisationId))
      await mergeUnclaimed(services, { organisationId, vendor, scopeId }, signal);
    return { deliveries, skipped };
  },
};

/** Lists the scopes that the organisation's enabled configurations read. */
function listReadScopes(
  services: Services,
  organisationId: string,
): Promise<{ vendor: string; scopeId: string }[]> {
  return inOrganisation(services.db, organisationId, async (tx) =>
    (await listConfigurations(tx, organisationId))
      .filter(({ configuration }) => !configuration.disabledAt)
      .map(({ configuration }) => configuration),
  );
}

/** The functions that reseal the values that the storey `ingest` stores. */
export const ingestResealers = {
  "webhook-token-hash": {
    of: "organisation",
    reseal: (services, organisationId) =>
      inOrganisation(services.db, organisationId, (tx) => rehashTokens(services, tx, organisationId)),
    count: (services, organisationId) =>
      inOrganisation(services.db, organisationId, async (tx) =>
        (await countTokensByKey(tx, organisationId)).map(({ keyId, count }) => ({
          keyId: hasKey(services, keyId) ? keyId : null,
          count,
        })),
      ),
  },
  "webhook-body": {
    of: "organisation",
    reseal: resealBodies,
    count: (services, organisationId) =>
      inOrganisation(services.db, organisationId, async (tx) =>
        countMarks(services, await countInboxByMark(tx, organisationId)),
      ),
  },
} satisfies Resealers;
