import type { Transaction } from "#db/client.ts";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import { addToHistory, openNotice } from "#db/queries/alerting/digests.ts";
import { getPolicy } from "#db/queries/alerting/policy.ts";
import { queueNotifications } from "#db/queries/alerting/queue.ts";
import { listSamplesAskedBy } from "#db/queries/ingest/pipe-tests.ts";
import type { NormalisedDetection } from "#lib/domain/detection.ts";
import { noveltyOf, samplesNotifyForMs } from "#lib/domain/notification.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import type { Counts, HistoryDetail } from "#lib/domain/digest.ts";

/** what more of it comes within this time is in the same summary */
const gathersForMs = 60_000;
/** a configuration that was read as planned has no gap to speak of */
const gapMs = 15 * 60_000;

/**
 * Queues what new detections of a configuration mean to people, in the transaction that stores them: what rings is to be
 * decided, samples as well where someone asked for them, and history is counted for one summary.
 */
export async function announceNew(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  added: readonly { id: string; shown: NormalisedDetection }[],
): Promise<void> {
  if (added.length === 0) return;
  const { organisationId } = configuration;
  const now = services.now();
  const rules = await getPolicy(tx, organisationId);
  const news = Map.groupBy(added, ({ shown }) => noveltyOf(shown, rules, now));
  const ids = (of: "rings" | "sample") => (news.get(of) ?? []).map(({ id }) => id);
  await queueNotifications(tx, organisationId, "detection", ids("rings"), newId);
  const samples = ids("sample");
  const since = new Date(now.getTime() - samplesNotifyForMs);
  if (
    samples.length > 0 &&
    (await listSamplesAskedBy(tx, organisationId, configuration.id, since)).length > 0
  )
    await queueNotifications(tx, organisationId, "detection", samples, newId);
  const history = news.get("history") ?? [];
  if (history.length > 0) await countHistory(services, tx, configuration, history);
}

/** Adds to the one summary of a configuration's history that is open, or opens one. */
async function countHistory(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  history: readonly { shown: NormalisedDetection }[],
): Promise<void> {
  const { organisationId, lastGoodSyncAt } = configuration;
  const now = services.now();
  const about = { kind: "history", configurationId: configuration.id, userId: null } as const;
  const isGap = !lastGoodSyncAt || now.getTime() - lastGoodSyncAt.getTime() > gapMs;
  const none: HistoryDetail = {
    severities: {},
    cause: !lastGoodSyncAt ? "first" : isGap ? "gap" : "late",
    from: isGap ? (lastGoodSyncAt?.toISOString() ?? null) : null,
    until: now.toISOString(),
  };
  const id = newId();
  const opened = await openNotice(tx, organisationId, about, { id, detail: none, createdAt: now });
  if (opened) await queueNotifications(tx, organisationId, "notice", [opened], newId, gathersForMs);
  const counts: Counts = {};
  for (const { shown } of history) counts[shown.severity] = (counts[shown.severity] ?? 0) + 1;
  // it was said meanwhile: what comes now is the next one's
  if (!(await addToHistory(tx, organisationId, about, counts)))
    return countHistory(services, tx, configuration, history);
}
