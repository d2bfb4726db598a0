import { alarmKinds } from "./alarm.ts";
import { digestKinds } from "./digest.ts";

/**
 * Why a person is notified of an alert: it is new, they asked for samples, nobody else can be reached, or nobody
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

/** Why a person is notified. A digest and an alarm give their kind; `recovered` ends an alarm. */
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
 * How far a notification has come. `accepted`: by the push service or the mail server; what happened after it is told
 * by its times. `grouped`: another notification counts its alert. `deferred` and `rate_limited`: a digest will.
 * `skipped`: its person has no device.
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
 * What the queue holds, by the id of: a detection whose recipients are to be decided, or that is to be escalated; a
 * digest or an alarm to be sent; a notification to be sent by web push or e-mail, or to be updated with how many alerts
 * were grouped into it; an event for the outgoing webhook.
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
