import type { Transaction } from "#db/client.ts";
import { insertEscalatedDigests, openPersonalDigests } from "#db/queries/alerting/digests.ts";
import { insertGroups } from "#db/queries/alerting/groups.ts";
import { insertNotifications } from "#db/queries/alerting/notifications.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { namesAlerts, type PersonalDigestKind } from "#lib/domain/digest.ts";
import { newId } from "#lib/platform/ids.ts";
import { queueSends } from "../delivery/queue-sends.ts";
import type { Plan } from "./plan-notifications.ts";

/** the order in which every transaction opens digests, because two in different orders could deadlock */
const openedKinds: readonly PersonalDigestKind[] = [
  "off_hours",
  "rate_limited",
  "gathered_high",
  "gathered_lower",
];

/** Inserts a plan's notifications, groups and digests. Queues the sends and the digests that it opened. */
export async function writePlan(tx: Transaction, plan: Plan): Promise<void> {
  const { organisationId, queuedAt, notifications } = plan;
  const idOf = await openDigests(tx, plan);
  await insertEscalatedDigests(tx, organisationId, plan.escalated, queuedAt);
  const rows = notifications.map(({ digestKind, ...notification }) => ({
    detectionId: null,
    deviceId: null,
    groupedInto: null,
    problem: null,
    ...notification,
    digestId: digestKind ? idOf(digestKind, notification.userId) : (notification.digestId ?? null),
  }));
  const insertedIds = new Set(await insertNotifications(tx, organisationId, rows));
  await insertGroups(tx, organisationId, plan.groups);
  await queueSends(
    tx,
    organisationId,
    notifications.filter(({ id, state }) => state === "queued" && insertedIds.has(id)),
  );
}

/**
 * Opens the digests for which the plan keeps alerts, and queues those that weren't open. Returns a function that finds the id of
 * a person's digest of a kind.
 */
async function openDigests(
  tx: Transaction,
  { organisationId, queuedAt, digestsDue }: Plan,
): Promise<(kind: PersonalDigestKind, userId: string) => string> {
  const ids = new Map<string, string>();
  for (const kind of openedKinds) {
    const due = digestsDue[kind];
    const opened = await openPersonalDigests(tx, organisationId, kind, [...due.keys()], newId, queuedAt);
    for (const [userId, { id, isNew }] of opened) {
      ids.set(`${kind} ${userId}`, id);
      const dueInMs = (due.get(userId) ?? queuedAt).getTime() - queuedAt.getTime();
      const subject = namesAlerts(kind) ? "gathered_digest" : "digest";
      if (isNew) await queueAlertingWork(tx, organisationId, subject, [id], newId, Math.max(1, dueInMs));
    }
  }
  return (kind, userId) => {
    const id = ids.get(`${kind} ${userId}`);
    if (!id) throw new Error(`no ${kind} digest was opened`);
    return id;
  };
}
