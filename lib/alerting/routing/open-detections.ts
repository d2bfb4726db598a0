import { takeChanges, type Transaction } from "#db/client.ts";
import { insertEvents } from "#db/queries/ingest/detection-writes.ts";
import { listDetectionRows } from "#db/queries/triage/detections.ts";
import { queueNotifications } from "#db/queries/alerting/queue.ts";
import { getPolicy } from "#db/queries/alerting/policy.ts";
import { listRecent, alertKindKey, type AlertKind } from "#db/queries/alerting/recent.ts";
import type { Person } from "#lib/domain/recipients.ts";
import { groupWindowMs, type NotificationReason } from "#lib/domain/notification.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import type { RecentNotification } from "./plan.ts";
import type { TeamPerson } from "./team.ts";

/** A detection with its configuration. */
export type Found = Awaited<ReturnType<typeof listDetectionRows>>[number];

/** The detections that are still open, in the order of `ids`: where somebody was quicker than the worker nobody is told. */
export async function listFound(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
): Promise<Found[]> {
  const rows = await listDetectionRows(tx, organisationId, ids);
  const byId = new Map(rows.map((one) => [one.detection.id, one]));
  return ids
    .flatMap((id) => byId.get(id) ?? [])
    .filter(({ detection: { status } }) => status !== "resolved" && status !== "dismissed");
}

/** The team, as it matters for one configuration. */
export const peopleFor = (people: readonly TeamPerson[], configurationId: string): Person[] =>
  people.map((one) => ({ ...one, mayRead: one.readableIds.includes(configurationId) }));

/** Samples are of all types at once, and one notification is enough. */
export const kindOf = ({ detection: { configurationId, alertType, isSample } }: Found): AlertKind => ({
  configurationId,
  alertType: isSample ? null : alertType,
});

/** Gives what rang within the last minute for a detection's like, read once for each kind; what rings since is put before it. */
export function recentOf(services: Services, tx: Transaction, organisationId: string) {
  const since = new Date(services.now().getTime() - groupWindowMs);
  const known = new Map<string, RecentNotification[]>();
  return async (one: Found, reasons: readonly NotificationReason[]): Promise<RecentNotification[]> => {
    const kind = kindOf(one);
    const key = `${reasons.join()} ${alertKindKey(kind)}`;
    const rang = known.get(key) ?? (await listRecent(tx, organisationId, kind, since, reasons));
    known.set(key, rang);
    return rang;
  };
}

/** Has them looked at again after the organisation's minutes; also where nobody was told: somebody may be reachable by then. */
export async function queueEscalations(
  tx: Transaction,
  organisationId: string,
  detectionIds: readonly string[],
): Promise<void> {
  if (detectionIds.length === 0) return;
  const { escalateMinutes } = await getPolicy(tx, organisationId);
  await queueNotifications(tx, organisationId, "escalation", detectionIds, newId, escalateMinutes * 60_000);
}

export type Said = { id: string; kind: string; detail?: { minutes: number } };

/** Says in timelines what was unusual about who was told. */
export async function say(
  services: Services,
  tx: Transaction,
  organisationId: string,
  all: readonly Said[],
): Promise<void> {
  if (all.length === 0) return;
  const first = (await takeChanges(tx, organisationId, all.length)) - all.length + 1;
  for (const [index, { id, kind, detail = {} }] of all.entries()) {
    const event = { id: newId(), kind, actor: "PocketSOC", source: "worker", detail, note: null } as const;
    await insertEvents(tx, organisationId, id, services.now(), first + index, [event]);
  }
}
