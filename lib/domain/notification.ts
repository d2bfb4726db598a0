import { alarmKinds } from "./alarm.ts";
import { digestKinds } from "./digest.ts";

/**
 * The reasons to notify a person of an alert: it is new, the person requested samples, nobody else can be reached, or nobody
 * has acknowledged it.
 */
const detectionReasons = [
  "raised",
  "sample",
  "fallback",
  "escalated_to_everyone",
  "escalated_to_admins",
] as const;
export type DetectionReason = (typeof detectionReasons)[number];

/** The reasons of all notifications. `device_added`: the person's notifications were allowed on another device. A digest's or an alarm's reason is its kind. A recovery's reason is `recovered`. */
export const notificationReasons = [
  ...detectionReasons,
  "test",
  "device_added",
  ...digestKinds,
  ...alarmKinds,
  "recovered",
] as const;
export type NotificationReason = (typeof notificationReasons)[number];

export const notificationChannels = ["web_push", "email"] as const;

/**
 * The states of a notification. `accepted`: the push service or the mail server has taken it. `grouped`: the
 * notification of a similar alert counts its alert. `deferred` and `rate_limited`: a digest will count its alert.
 * `skipped`: the person can't be reached.
 */
export const notificationStates = [
  "queued",
  "accepted",
  "failed",
  "grouped",
  "deferred",
  "rate_limited",
  "skipped",
] as const;

/** The states of a notification that has reached its person or may still reach them. */
export const reachingStates = ["queued", "accepted"] as const;
/** The states of a notification that isn't sent because a digest counts its alert. */
export const digestedStates = ["deferred", "rate_limited"] as const;

/**
 * The subjects of `notification_queue`. A detection waits for the decision about its recipients or for escalation. A digest
 * or an alarm waits to be sent. A notification waits to be sent by web push or e-mail, or to be updated with the number of
 * grouped alerts. An event waits for the outgoing webhook.
 */
export const notificationSubjects = [
  "detection",
  "escalation",
  "digest",
  "alarm",
  "web_push",
  "email",
  "group_update",
  "outgoing",
] as const;
export type NotificationSubject = (typeof notificationSubjects)[number];
