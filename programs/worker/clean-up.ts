import { inOrganisation } from "#db/client.ts";
import {
  deleteOldAbandonedRuns,
  deleteOldSessions,
  deleteOldSkippedAlerts,
  deleteOldTombstones,
  listLeftovers,
  listOrganisationIds,
} from "#db/queries/work/clean-up.ts";
import { listConfigurations } from "#db/queries/sources/configurations.ts";
import { deleteOldDeliveries } from "#db/queries/ingest/deliveries.ts";
import { deleteOldNotifications } from "#db/queries/alerting/digests.ts";
import { deleteOldOutgoing } from "#db/queries/alerting/outgoing-webhook.ts";
import { deleteOldCertificates } from "#db/queries/sources/prepared-certificates.ts";
import { deleteOldSignIns } from "#db/queries/sources/sign-ins.ts";
import { deleteOldVendorTurns } from "#db/queries/sources/vendor-turns.ts";
import { deleteOldWebhookRefusals, deleteOldWebhookTokens } from "#db/queries/ingest/webhook-tokens.ts";
import { deleteConfigurationRowsOf } from "#lib/sources/configurations/delete.ts";
import { mergeUnclaimed } from "#lib/ingest/deliveries/replay.ts";
import { tombstonesKeptMs } from "#lib/domain/triage.ts";
import type { Services } from "#lib/core/context.ts";
import type { Resealed } from "#lib/core/keyring.ts";
import { resealOfInstallation, resealOfOrganisation } from "./reseal.ts";

const keptMs = 30 * 86_400_000;
const skippedMax = 1_000;
/** deliveries that couldn't be used, of one organisation */
const unusableMax = 1_000;
const tombstonesAtOnce = 5_000;
/** who was told of an alert is asked for after an incident, which may be looked at late */
const notificationsKeptMs = 90 * 86_400_000;
const notificationsAtOnce = 5_000;

/**
 * Forgets what is past its 30 days: sessions, one-time links, API and webhook tokens, alerts that couldn't be used (the newest
 * 1,000 an organisation at most), what the outgoing webhook was told of, tombstones; after 90 days who was told of what; finishes
 * deletions whose job was given up; and has the keyring's first key seal what an earlier one sealed. Audit log,
 * detections and notes stay. Says how many went, how many were sealed anew, and how many no key at hand opens.
 */
export async function cleanUpOld(services: Services, signal: AbortSignal): Promise<Tally> {
  const before = new Date(services.now().getTime() - keptMs);
  const tally: Tally = {
    sessions: await deleteOldSessions(services.db, before),
    skipped: 0,
    tombstones: 0,
    deliveries: 0,
    notifications: 0,
    ...(await resealOfInstallation(services)),
  };
  await deleteOldWebhookRefusals(services.db, before);
  await deleteOldVendorTurns(services.db, before);
  const failed: unknown[] = [];
  for (const organisationId of await listOrganisationIds(services.db)) {
    signal.throwIfAborted();
    try {
      await forgetOldOf(services, organisationId, tally, signal);
    } catch (error) {
      // the other organisations' turn comes all the same
      services.log("clean_up.failed", { organisationId, error });
      failed.push(error);
    }
  }
  if (failed.length > 0) throw new AggregateError(failed, "some organisations were not cleaned up");
  return tally;
}

type Tally = Resealed & {
  sessions: number;
  skipped: number;
  tombstones: number;
  deliveries: number;
  notifications: number;
};

async function forgetOldOf(
  services: Services,
  organisationId: string,
  tally: Tally,
  signal: AbortSignal,
): Promise<void> {
  const { resealed, unopened } = await resealOfOrganisation(services, organisationId, signal);
  tally.resealed += resealed;
  tally.unopened += unopened;
  const ago = (ms: number) => new Date(services.now().getTime() - ms);
  const before = ago(keptMs);
  const deliveriesBefore = ago(services.deliveriesKeptDays * 86_400_000);
  for (let went = -1; went !== 0; tally.deliveries += went) {
    signal.throwIfAborted();
    went = await inOrganisation(services.db, organisationId, (tx) =>
      deleteOldDeliveries(tx, organisationId, deliveriesBefore, unusableMax),
    );
  }
  const notifiedBefore = ago(notificationsKeptMs);
  for (let went = -1; went !== 0; tally.notifications += went) {
    signal.throwIfAborted();
    went = await inOrganisation(services.db, organisationId, (tx) =>
      deleteOldNotifications(tx, organisationId, notifiedBefore, notificationsAtOnce),
    );
  }
  const leftovers = await inOrganisation(services.db, organisationId, async (tx) => {
    tally.skipped += await deleteOldSkippedAlerts(tx, organisationId, before, skippedMax);
    tally.tombstones += await deleteOldTombstones(
      tx,
      organisationId,
      ago(tombstonesKeptMs),
      tombstonesAtOnce,
    );
    await deleteOldAbandonedRuns(tx, organisationId, ago(3_600_000));
    await deleteOldSignIns(tx, organisationId, ago(86_400_000));
    await deleteOldCertificates(tx, organisationId, before);
    await deleteOldOutgoing(tx, organisationId, before);
    await deleteOldWebhookTokens(tx, organisationId, before);
    return listLeftovers(tx, organisationId, ago(3_600_000));
  });
  // what came while its configuration was being saved
  for (const { vendor, scopeId } of await listReadScopes(services, organisationId))
    await mergeUnclaimed(services, { organisationId, vendor, scopeId }, signal);
  // a deletion whose own job was given up
  for (const configurationId of leftovers)
    await deleteConfigurationRowsOf(services, { organisationId, configurationId }, signal);
}

/** The scopes of the organisation's enabled configurations. */
function listReadScopes(services: Services, organisationId: string) {
  return inOrganisation(services.db, organisationId, async (tx) =>
    (await listConfigurations(tx, organisationId))
      .filter(({ configuration }) => !configuration.disabledAt)
      .map(({ configuration }) => configuration),
  );
}
