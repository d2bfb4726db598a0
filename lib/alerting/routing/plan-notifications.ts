import type { Transaction } from "#db/client.ts";
import type { NewGroup } from "#db/queries/alerting/groups.ts";
import type { NewNotification } from "#db/queries/alerting/notifications.ts";
import {
  countRecentByUser,
  type RecentCount,
  type RecentNotification,
} from "#db/queries/alerting/recent-notifications.ts";
import { notificationsAnHour, type Weight } from "#lib/domain/grouping.ts";
import { mustNotify, type Recipient } from "#lib/domain/recipients.ts";
import type { Severity } from "#lib/domain/severity.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { groupTargets, wholeGroup } from "./group-alerts.ts";

type PlannedDetection = Weight & { id: string; severity: Severity; notifyRound: number };
/** A notification to insert. The id of its digest is set later. */
export type PlannedNotification = NewNotification & {
  detectionId: string;
  deviceId: string | null;
  round: number;
};

/** The notifications to insert for several detections of one organisation. */
export type Plan = {
  organisationId: string;
  queuedAt: Date;
  notifications: PlannedNotification[];
  groups: NewGroup[];
  /**
   * the notifications into which alerts are grouped: the key is the notification's id, the value is when it was queued
   */
  groupedInto: Map<string, Date>;
  /** for each user id with deferred alerts, when the person's on-call hours begin */
  deferredUntil: Map<string, Date>;
  /** for each user id, how many alerts notified the person within the hour, including the alerts of this plan */
  countByUser: Map<string, RecentCount>;
};

/** Opens a plan without notifications. */
export async function openPlan(services: Services, tx: Transaction, organisationId: string): Promise<Plan> {
  const queuedAt = services.now();
  const hourBefore = new Date(queuedAt.getTime() - 3_600_000);
  return {
    organisationId,
    queuedAt,
    notifications: [],
    groups: [],
    groupedInto: new Map(),
    deferredUntil: new Map(),
    countByUser: await countRecentByUser(tx, organisationId, hourBefore),
  };
}

/**
 * Plans the notifications of one detection. On each device the alert is grouped into a recent notification, sent, or
 * rate-limited. `recent` begins with the newest, and the planned notifications are added to it. `isAlwaysCovered` means
 * that the alert adds nothing to any recent notification.
 */
export function planNotifications(
  plan: Plan,
  detection: PlannedDetection,
  recipients: readonly Recipient[],
  recent: RecentNotification[],
  { isAlwaysCovered = false } = {},
): void {
  // a reopened alert isn't covered by what was sent of it before
  const others = recent.filter(({ detectionId }) => detectionId !== detection.id);
  const targets = groupTargets(detection, others, isAlwaysCovered);
  const group = wholeGroup(recipients, targets, recent);
  if (group)
    plan.groups.push({
      detectionId: detection.id,
      round: detection.notifyRound,
      at: plan.queuedAt,
      ...group,
    });
  const sent: RecentNotification[] = [];
  const notifiedUsers = new Set<string>();
  for (const recipient of recipients) {
    const target = recipient.way === "web_push" ? targets.get(recipient.deviceId) : undefined;
    if (target) plan.groupedInto.set(target.id, target.queuedAt);
    // one group row covers all devices
    if (target && group) continue;
    if (recipient.way === "deferred") plan.deferredUntil.set(recipient.userId, recipient.until);
    const notification = plannedFor(plan, detection, recipient, target);
    plan.notifications.push(notification);
    const { deviceId, state, userId } = notification;
    if (deviceId === null || state !== "queued") continue;
    const { severityRank, tactics } = detection;
    sent.unshift({ ...notification, deviceId, severityRank, tactics: [...tactics] });
    notifiedUsers.add(userId);
  }
  recent.unshift(...sent);
  for (const userId of notifiedUsers) countOneMore(plan, userId, detection.severity);
}

function plannedFor(
  plan: Plan,
  { id: detectionId, severity, notifyRound: round }: PlannedDetection,
  recipient: Recipient,
  target: RecentNotification | undefined,
): PlannedNotification {
  const { userId, reason } = recipient;
  const notification = {
    id: newId(),
    detectionId,
    round,
    userId,
    reason,
    queuedAt: plan.queuedAt,
    deviceId: null,
  };
  switch (recipient.way) {
    case "none":
      return { ...notification, state: "skipped", problem: "They have no device that can be reached." };
    case "email":
      return { ...notification, channel: "email", state: "queued" };
    case "deferred":
      return { ...notification, state: "deferred" };
    case "web_push": {
      const { deviceId } = recipient;
      if (target) return { ...notification, deviceId, state: "grouped", groupedInto: target.id };
      const state = isRateLimited(plan, userId, severity) ? "rate_limited" : "queued";
      return { ...notification, deviceId, state };
    }
  }
}

const countOf = ({ countByUser }: Plan, userId: string): RecentCount =>
  countByUser.get(userId) ?? { total: 0, urgent: 0 };

/** Whether too many alerts notified a person within the hour. For an urgent alert, only urgent alerts count. */
function isRateLimited(plan: Plan, userId: string, severity: Severity): boolean {
  const { total, urgent } = countOf(plan, userId);
  return (mustNotify(severity) ? urgent : total) >= notificationsAnHour;
}

function countOneMore(plan: Plan, userId: string, severity: Severity): void {
  const { total, urgent } = countOf(plan, userId);
  plan.countByUser.set(userId, { total: total + 1, urgent: urgent + (mustNotify(severity) ? 1 : 0) });
}
