import { alarmKinds } from "./alarm.ts";
import { digestKinds } from "./digest.ts";

/**
 * The reasons to notify a person of an alert: it is new, they asked for samples, nobody else can be reached, or nobody has
 * acknowledged it.
 */
const detectionReasons = [
  "raised",
  "sample",
  "fallback",
  "escalated_to_everyone",
  "escalated_to_admins",
] as const;
export type DetectionReason = (typeof detectionReasons)[number];

/** The reasons of all notifications. For a digest or an alarm it is the kind; `recovered` is for a recovery. */
export const notificationReasons = [
  ...detectionReasons,
  "test",
  ...digestKinds,
  ...alarmKinds,
  "recovered",
] as const;
export type NotificationReason = (typeof notificationReasons)[number];

export const notificationChannels = ["web_push", "email"] as const;

/**
 * The states of a notification. `accepted`: the push service or the mail server took it; its times show what followed. `grouped`:
 * another notification counts its alert. `deferred` and `rate_limited`: a digest will count it. `skipped`: the person has no device.
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

/** The states of a notification that reached its person or still may. */
export const reachingStates = ["queued", "accepted"] as const;
/** The states of a notification whose alert a digest counts. */
export const digestedStates = ["deferred", "rate_limited"] as const;

/**
 * The subjects of the queue. A detection waits for the decision on its recipients or for escalation; a digest or an alarm waits to be
 * sent; a notification waits to be sent by web push or e-mail, or to be updated with the number of grouped alerts; an event waits for
 * the outgoing webhook.
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
