import type { Transaction } from "#db/client.ts";
import { listGathering } from "#db/queries/alerting/digests.ts";
import type { NewGroup } from "#db/queries/alerting/groups.ts";
import type { NewNotification } from "#db/queries/alerting/notifications.ts";
import {
  countRecentByUser,
  listMessagesSince,
  lockPlanning,
  type RecentCount,
  type RecentNotification,
} from "#db/queries/alerting/recent-notifications.ts";
import type { GatheredKind, PersonalDigestKind } from "#lib/domain/digest.ts";
import { gatheredKindOf, gatherMs, rateLimitDigestMs } from "#lib/domain/grouping.ts";
import type { NotificationReason } from "#lib/domain/notification.ts";
import type { Recipient } from "#lib/domain/recipients.ts";
import type { Services } from "#lib/core/context.ts";
import { newId } from "#lib/platform/ids.ts";
import { groupTargets, wholeGroup } from "./group-alerts.ts";
import type { OpenDetection } from "./open-detections.ts";
import { countOneMore, escalatedAlert, isRateLimited } from "./rate-limit.ts";

/** The properties of a detection that decide how it is said, and for which others its notifications stand. */
export type PlannedDetection = Pick<
  OpenDetection["detection"],
  | "id"
  | "notifyRound"
  | "severity"
  | "severityRank"
  | "configurationId"
  | "resourceName"
  | "isSample"
  | "isIncident"
>;
/** A notification to insert. `digestKind` is the kind of the open digest that it is kept for; the digest's id is set later. */
type PlannedNotification = NewNotification & { digestKind?: PersonalDigestKind };

/** The notifications to insert for several detections of one organisation. */
export type Plan = {
  organisationId: string;
  queuedAt: Date;
  notifications: PlannedNotification[];
  groups: NewGroup[];
  /** digests of escalations that are said together, one for each person */
  escalated: { id: string; userId: string }[];
  /** for each kind of digest and each user id, when the digest is due if it isn't open yet */
  digestsDue: Record<PersonalDigestKind, Map<string, Date>>;
  /** for each user id, how many messages about alerts the person got within the hour, including those of this plan */
  countByUser: Map<string, RecentCount>;
  /** when a message of each class last sounded for a person within the minute; the key is that of `soundKey` */
  soundedAt: Map<string, Date>;
  /** the planned notifications that may stand for others, oldest first */
  standIns: { detection: PlannedDetection; notification: RecentNotification }[];
  /** for whom a digest that gathers alerts is open; the key is that of `soundKey` */
  gathering: Set<string>;
};

const soundKey = (userId: string, kind: GatheredKind) => `${userId} ${kind}`;

/** Opens a plan without notifications. Locks the organisation's planning until commit. */
export async function openPlan(services: Services, tx: Transaction, organisationId: string): Promise<Plan> {
  await lockPlanning(tx, organisationId);
  const queuedAt = services.now();
  const before = (ms: number) => new Date(queuedAt.getTime() - ms);
  const messages = await listMessagesSince(tx, organisationId, before(gatherMs));
  const gathering = await listGathering(tx, organisationId);
  return {
    organisationId,
    queuedAt,
    notifications: [],
    groups: [],
    escalated: [],
    standIns: [],
    digestsDue: {
      off_hours: new Map(),
      rate_limited: new Map(),
      gathered_high: new Map(),
      gathered_lower: new Map(),
    },
    countByUser: await countRecentByUser(tx, organisationId, before(3_600_000)),
    soundedAt: new Map(messages.map(({ userId, kind, at }) => [soundKey(userId, kind), at])),
    gathering: new Set(gathering.map(({ userId, kind }) => soundKey(userId, kind))),
  };
}

/**
 * Plans the notifications of one detection. For each person it is sent, gathered or rate-limited. A sample or an incident is
 * grouped into the notifications in `standIns`, newest first, on the devices that have one.
 */
export function planNotifications(
  plan: Plan,
  detection: PlannedDetection,
  recipients: readonly Recipient[],
  standIns: readonly RecentNotification[] = [],
): void {
  // what was sent of a reopened alert before doesn't stand for it
  const others = standIns.filter(({ detectionId }) => detectionId !== detection.id);
  const targets = groupTargets(others);
  const group = wholeGroup(recipients, targets, others);
  const { id: detectionId, notifyRound: round } = detection;
  if (group) plan.groups.push({ detectionId, round, at: plan.queuedAt, ...group });
  const byUser = Map.groupBy(recipients, ({ userId }) => userId);
  for (const [userId, own] of byUser) {
    const toSend: NewNotification[] = [];
    for (const recipient of own) {
      const target = recipient.way === "web_push" ? targets.of(recipient) : undefined;
      // one group row covers all devices
      if (target && group) continue;
      const notification = plannedFor(plan, detection, recipient);
      if (target) plan.notifications.push({ ...notification, state: "grouped", groupedInto: target.id });
      else if (notification.state === "queued") toSend.push(notification);
      else plan.notifications.push(notification);
    }
    if (toSend.length > 0) planMessage(plan, detection, userId, toSend);
  }
}

function plannedFor(
  plan: Plan,
  { id: detectionId, notifyRound: round }: PlannedDetection,
  recipient: Recipient,
): PlannedNotification {
  const { userId, reason } = recipient;
  const notification = { id: newId(), detectionId, round, userId, reason, queuedAt: plan.queuedAt };
  switch (recipient.way) {
    case "none":
      return { ...notification, state: "skipped", problem: "They have no device that can be reached." };
    case "email":
      return { ...notification, channel: "email", state: "queued" };
    case "deferred":
      plan.digestsDue.off_hours.set(userId, recipient.until);
      return { ...notification, state: "deferred", digestKind: "off_hours" };
    case "web_push":
      return { ...notification, deviceId: recipient.deviceId, state: "queued" };
  }
}

/** Plans a person's message about one alert: it is sent at once, gathered for the person's next message, or rate-limited. */
function planMessage(
  plan: Plan,
  detection: PlannedDetection,
  userId: string,
  toSend: readonly NewNotification[],
): void {
  const [first] = toSend;
  if (!first) return;
  const { reason } = first;
  const { id: detectionId, notifyRound: round, severity } = detection;
  const keptFor = keptForKind(plan, userId, detection, reason);
  if (keptFor) {
    const { queuedAt } = plan;
    // one row for the person: the digest goes to whichever devices they have then
    const notification = { id: newId(), detectionId, round, userId, reason, queuedAt, digestKind: keptFor };
    if (keptFor === "rate_limited") plan.notifications.push({ ...notification, state: "rate_limited" });
    else {
      plan.notifications.push({ ...notification, state: "gathered" });
      plan.standIns.push({ detection, notification: { ...notification, deviceId: null } });
    }
    return;
  }
  plan.notifications.push(...toSend);
  for (const { id, deviceId } of toSend)
    if (deviceId)
      plan.standIns.push({ detection, notification: { id, userId, deviceId, detectionId, reason, round } });
  if (reason !== "sample") plan.soundedAt.set(soundKey(userId, gatheredKindOf(severity)), plan.queuedAt);
  if (toSend.some(({ channel }) => channel !== "email")) countOneMore(plan.countByUser, userId, detection);
}

/**
 * Returns the kind of the digest for which a person's alert is kept, or null if the alert is sent at once. Escalations and
 * samples aren't gathered here: escalations that are due together are one message already.
 */
function keptForKind(
  plan: Plan,
  userId: string,
  detection: PlannedDetection,
  reason: NotificationReason,
): PersonalDigestKind | null {
  const { queuedAt, digestsDue } = plan;
  const kind = gatheredKindOf(detection.severity);
  const key = soundKey(userId, kind);
  const soundedAt = plan.soundedAt.get(key);
  const isGathered = reason === "raised" || reason === "fallback";
  if (isGathered && plan.gathering.has(key)) {
    // the digest was counted as a message when it was opened
    if (!digestsDue[kind].has(userId)) digestsDue[kind].set(userId, queuedAt);
    return kind;
  }
  if (isRateLimited(plan.countByUser, userId, detection)) {
    digestsDue.rate_limited.set(userId, new Date(queuedAt.getTime() + rateLimitDigestMs));
    return "rate_limited";
  }
  if (!isGathered || !soundedAt) return null;
  plan.gathering.add(key);
  digestsDue[kind].set(userId, new Date(soundedAt.getTime() + gatherMs));
  countOneMore(plan.countByUser, userId, detection);
  return kind;
}

/**
 * Plans one message about several escalated alerts for a person, by all the ways of `recipients`. If too many messages about
 * urgent alerts went to the person within the hour, the alerts are rate-limited instead.
 */
export function planTogether(
  plan: Plan,
  userId: string,
  detections: readonly PlannedDetection[],
  recipients: readonly Recipient[],
): void {
  const [first] = recipients;
  if (!first) return;
  const { queuedAt } = plan;
  const message = { userId, reason: first.reason, queuedAt };
  const rows = detections.map(({ id, notifyRound: round }) => ({
    ...message,
    id: newId(),
    detectionId: id,
    round,
  }));
  if (isRateLimited(plan.countByUser, userId, escalatedAlert)) {
    plan.digestsDue.rate_limited.set(userId, new Date(queuedAt.getTime() + rateLimitDigestMs));
    for (const row of rows)
      plan.notifications.push({ ...row, state: "rate_limited", digestKind: "rate_limited" });
    return;
  }
  const digestId = newId();
  plan.escalated.push({ id: digestId, userId });
  for (const row of rows) plan.notifications.push({ ...row, digestId, state: "gathered" });
  const deviceIds = new Set(recipients.flatMap((to) => (to.way === "web_push" ? [to.deviceId] : [])));
  for (const deviceId of deviceIds)
    plan.notifications.push({ ...message, id: newId(), digestId, deviceId, state: "queued" });
  if (recipients.some(({ way }) => way === "email"))
    plan.notifications.push({ ...message, id: newId(), digestId, channel: "email", state: "queued" });
  plan.soundedAt.set(soundKey(userId, "gathered_high"), queuedAt);
  countOneMore(plan.countByUser, userId, escalatedAlert);
}
