import type { Transaction } from "#db/client.ts";
import { beginRounds, resumeEscalations } from "#db/queries/alerting/escalations.ts";
import type { StoredDetection } from "#db/queries/ingest/stored-detections.ts";
import { isClosed, isReopening } from "#lib/domain/status.ts";
import {
  addToHistoryDigest,
  openHistoryDigest,
  takeFromHistoryDigest,
} from "#db/queries/alerting/history-digests.ts";
import { getPolicy } from "#db/queries/alerting/policy.ts";
import { hastenAlertingWork, queueAlertingWork, requeueAlertingWork } from "#db/queries/alerting/queue.ts";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { NormalisedDetection } from "#lib/domain/detection.ts";
import type { Counts, HistoryCause } from "#lib/domain/digest.ts";
import { type Meeting, noveltyOf, severityAwaitedForMs } from "#lib/domain/novelty.ts";
import { lacksSeverity } from "#lib/domain/observations.ts";
import { mustNotify } from "#lib/domain/recipients.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import type { Observation } from "./observation.ts";

/** how long a digest of history collects alerts before it is sent */
const historyGathersForMs = 60_000;
/** if the last good poll is longer ago than this, a digest of history names the gap between polls as the cause */
const gapMs = 15 * 60_000;

/** for how many of its poll intervals a healthy configuration may go without a poll: a vendor may ask to be polled less often */
const usualPolls = 4;

/** how much later than the time at which an alert was first polled the digest that counts it may have been opened */
const countedWithinMs = 10_000;

type From = Observation["from"];
type Source = Pick<ConfigurationRow, "createdAt" | "lastGoodSyncAt" | "pollIntervalSeconds">;

/** Returns how PocketSOC met an alert that came from `from`. */
function meetingOf(from: From, configuration: Source, now: Date): Meeting {
  if (from.how === "poll") return { seenAt: now, usualDelayMs: usualPollDelayMs(configuration) };
  // what a replay or a new configuration takes in isn't new
  const isLate = from.isReplay || from.receivedAt < configuration.createdAt;
  return { seenAt: isLate ? now : from.receivedAt, usualDelayMs: 0 };
}

/** A first poll brings what was there before, so for that one no delay is usual. */
const usualPollDelayMs = ({ lastGoodSyncAt, pollIntervalSeconds }: Source): number =>
  lastGoodSyncAt ? usualPolls * pollIntervalSeconds * 1_000 : 0;

/**
 * Announces a configuration's new detections in the transaction that stores them. Queues detections that notify, and
 * samples. Detections without a severity wait for it. Counts history in a digest.
 */
export async function announceNew(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  added: readonly { id: string; shown: NormalisedDetection; from: From }[],
): Promise<void> {
  if (added.length === 0) return;
  const { organisationId } = configuration;
  const now = services.now();
  const policy = await getPolicy(tx, organisationId);
  const byNovelty = Map.groupBy(added, ({ shown, from }) =>
    noveltyOf(shown, policy, meetingOf(from, configuration, now), now),
  );
  const queue = (detections: readonly { id: string }[], dueInMs = 0) =>
    queueAlertingWork(
      tx,
      organisationId,
      "detection",
      detections.map(({ id }) => id),
      newId,
      dueInMs,
    );
  const notifying = byNovelty.get("notify") ?? [];
  await queue(notifying.filter(({ shown }) => !lacksSeverity(shown)));
  const awaiting = notifying.filter(({ shown }) => lacksSeverity(shown));
  await queue(awaiting, severityAwaitedForMs);
  await queue(byNovelty.get("sample") ?? []);
  const history = byNovelty.get("history") ?? [];
  if (history.length > 0) await countHistory(services, tx, configuration, history);
}

/**
 * Announces detections that a poll found first, as history, although their delivery had been received when they were new: it had to
 * wait for a worker, so they notify like new ones. Call it before taking change numbers. Returns the detections, for `uncountHistory`.
 */
export async function announceWaited(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  updates: readonly { held: StoredDetection; shown: NormalisedDetection; from: From }[],
): Promise<StoredDetection[]> {
  const waited = updates.filter(
    ({ held, from }) =>
      from.how === "webhook" && !held.firstDeliveredAt && held.firstPolledAt && held.ownedSince === null,
  );
  if (waited.length === 0) return [];
  const { organisationId } = configuration;
  const now = services.now();
  const announced: StoredDetection[] = [];
  const policy = await getPolicy(tx, organisationId);
  for (const { held, shown, from } of waited) {
    const polled = { seenAt: held.firstPolledAt ?? now, usualDelayMs: usualPollDelayMs(configuration) };
    const asPolled = noveltyOf(shown, policy, polled, now);
    const asDelivered = noveltyOf(shown, policy, meetingOf(from, configuration, now), now);
    const isAnnounced = asPolled === "notify" || asPolled === "sample";
    if (isAnnounced || (asDelivered !== "notify" && asDelivered !== "sample")) continue;
    await requeueAlertingWork(tx, organisationId, "detection", held.id, newId, 0);
    announced.push(held);
  }
  return announced;
}

/**
 * Takes detections that `announceWaited` announced out of the summary that counts them as history. Call it after taking change
 * numbers, as whoever counts does.
 */
export async function uncountHistory(
  tx: Transaction,
  { organisationId, id: configurationId }: ConfigurationRow,
  announced: readonly StoredDetection[],
): Promise<void> {
  for (const { firstPolledAt, normalised } of announced) {
    if (!firstPolledAt) continue;
    // the transaction that stored it opened the digest a moment after it noted the time
    const countedAt = new Date(firstPolledAt.getTime() + countedWithinMs);
    await takeFromHistoryDigest(tx, organisationId, configurationId, normalised.severity, countedAt);
  }
}

/** Makes detections notify now that waited for their severity, in the transaction that stores the severity. */
export async function announceSeverities(tx: Transaction, detectionIds: readonly string[]): Promise<void> {
  for (const id of detectionIds) await hastenAlertingWork(tx, "detection", id);
}

/**
 * Announces what changed at the vendor, in the transaction that stores it and before it takes change numbers. A reopened alert
 * notifies like a new one, unless a person here asked for that; so does an alert that becomes High while nobody takes care of it,
 * whatever its age. The escalation of an alert that went from In Progress back to Active resumes if nobody owns it.
 */
export async function announceChanges(
  services: Services,
  tx: Transaction,
  organisationId: string,
  updates: readonly AnnouncedUpdate[],
): Promise<void> {
  const moved = updates.filter(({ held, shown }) => held.status !== shown.status);
  const reopened = moved.filter(
    ({ held, shown }) => isReopening(held.status, shown.status) && held.pendingStatus !== shown.status,
  );
  const begun = new Set([...reopened, ...updates.filter(becomesHigh)].map(({ held }) => held.id));
  await beginRounds(tx, organisationId, [...begun], newId);
  const released = moved.filter(
    ({ held, shown }) => held.status === "in_progress" && !isClosed(shown.status) && held.ownedSince === null,
  );
  const ids = released.map(({ held }) => held.id);
  await resumeEscalations(tx, organisationId, ids, newId, services.now());
}

type AnnouncedUpdate = {
  held: Pick<StoredDetection, "id" | "status" | "pendingStatus" | "ownedSince" | "normalised">;
  shown: Pick<NormalisedDetection, "status" | "severity" | "vendorSeverity">;
};

/** Whether an alert that nobody takes care of becomes one that must notify somebody. A severity that was left out is no new one. */
const becomesHigh = ({ held, shown }: AnnouncedUpdate): boolean =>
  !mustNotify(held.normalised.severity) &&
  mustNotify(shown.severity) &&
  !lacksSeverity(shown) &&
  held.ownedSince === null &&
  (shown.status === "active" || shown.status === "unknown");

/** Counts new history by severity in the configuration's open digest. Opens a digest if there is none. */
async function countHistory(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  history: readonly { shown: NormalisedDetection }[],
): Promise<void> {
  const { organisationId, lastGoodSyncAt } = configuration;
  const now = services.now();
  const subject = { configurationId: configuration.id, userId: null };
  const cause = causeOf(lastGoodSyncAt, now);
  const gap =
    cause === "gap" ? { gapFrom: lastGoodSyncAt, gapUntil: now } : { gapFrom: null, gapUntil: null };
  const row = { ...subject, ...gap, id: newId(), cause, createdAt: now };
  const opened = await openHistoryDigest(tx, organisationId, row, {});
  if (opened) await queueAlertingWork(tx, organisationId, "digest", [opened], newId, historyGathersForMs);
  const counts: Counts = {};
  for (const { shown } of history) counts[shown.severity] = (counts[shown.severity] ?? 0) + 1;
  // the open digest was sent meanwhile, so these go into the next
  if (!(await addToHistoryDigest(tx, organisationId, subject, counts)))
    return countHistory(services, tx, configuration, history);
}

function causeOf(lastGoodSyncAt: Date | null, now: Date): HistoryCause {
  if (!lastGoodSyncAt) return "first_read";
  return now.getTime() - lastGoodSyncAt.getTime() > gapMs ? "gap" : "late";
}
