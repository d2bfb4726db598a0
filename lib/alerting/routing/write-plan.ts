import type { Transaction } from "#db/client.ts";
import { openPersonalDigests } from "#db/queries/alerting/digests.ts";
import { insertGroups } from "#db/queries/alerting/groups.ts";
import { insertNotifications } from "#db/queries/alerting/notifications.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import type { PersonalDigestKind } from "#lib/domain/digest.ts";
import { groupWindowMs, rateLimitDigestMs } from "#lib/domain/grouping.ts";
import { newId } from "#lib/platform/ids.ts";
import { queueSends } from "../delivery/queue-sends.ts";
import type { Plan, PlannedNotification } from "./plan-notifications.ts";

type OpenDigests = Awaited<ReturnType<typeof openPersonalDigests>>;
type Digests = Record<PersonalDigestKind, OpenDigests>;

/** Inserts a plan's notifications and groups. Queues the sends, the updates of groups and the digests. */
export async function writePlan(tx: Transaction, plan: Plan): Promise<void> {
  const { organisationId, notifications } = plan;
  const digests = await openDigests(tx, plan);
  const insertedIds = new Set(
    await insertNotifications(
      tx,
      organisationId,
      notifications.map((notification) => ({
        groupedInto: null,
        problem: null,
        ...notification,
        digestId: digestOf(digests, notification),
      })),
    ),
  );
  await insertGroups(tx, organisationId, plan.groups);
  const toSend = notifications.filter(({ id, state }) => state === "queued" && insertedIds.has(id));
  await queueSends(tx, organisationId, toSend);
  await queueGroupUpdates(tx, plan);
  await queueDigests(tx, plan, digests);
}

/** Returns the open digests of the people whose alerts the plan defers or rate-limits. Opens missing digests. */
async function openDigests(tx: Transaction, plan: Plan): Promise<Digests> {
  const { organisationId, queuedAt, notifications } = plan;
  const open = (kind: PersonalDigestKind, userIds: readonly string[]) =>
    openPersonalDigests(tx, organisationId, kind, userIds, newId, queuedAt);
  const rateLimited = notifications.filter(({ state }) => state === "rate_limited");
  return {
    off_hours: await open("off_hours", [...plan.deferredUntil.keys()]),
    rate_limited: await open(
      "rate_limited",
      rateLimited.map(({ userId }) => userId),
    ),
  };
}

function digestOf(digests: Digests, { state, userId }: PlannedNotification): string | null {
  if (state === "deferred") return digests.off_hours.get(userId)?.id ?? null;
  if (state === "rate_limited") return digests.rate_limited.get(userId)?.id ?? null;
  return null;
}

/**
 * Queues an update of each notification into which alerts are grouped. The update is due a minute after the
 * notification was queued.
 */
async function queueGroupUpdates(tx: Transaction, plan: Plan): Promise<void> {
  // one alert's notifications are queued at the same time and may be hundreds
  const byMoment = Map.groupBy(plan.groupedInto, ([, queuedAt]) => queuedAt.getTime());
  for (const [queuedAtMs, notifications] of byMoment) {
    const dueInMs = queuedAtMs + groupWindowMs - plan.queuedAt.getTime();
    const ids = notifications.map(([id]) => id);
    // an incident may be grouped into old notifications, which aren't updated
    if (dueInMs > 0) await queueAlertingWork(tx, plan.organisationId, "group_update", ids, newId, dueInMs);
  }
}

/**
 * Queues the digests that the plan opened. A digest is due in ten minutes, or when the person's on-call hours begin.
 */
async function queueDigests(tx: Transaction, plan: Plan, digests: Digests): Promise<void> {
  const queue = (id: string, dueInMs: number) =>
    queueAlertingWork(tx, plan.organisationId, "digest", [id], newId, Math.max(1, dueInMs));
  for (const { id, isNew } of digests.rate_limited.values()) if (isNew) await queue(id, rateLimitDigestMs);
  for (const [userId, until] of plan.deferredUntil) {
    const digest = digests.off_hours.get(userId);
    if (digest?.isNew) await queue(digest.id, until.getTime() - plan.queuedAt.getTime());
  }
}
