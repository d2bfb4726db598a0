import { alarmKinds } from "./alarm.ts";
import { collectingKinds } from "./digest.ts";

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

/**
 * The reasons to tell a person of decisions: the vendor didn't save theirs, somebody took over an alert that they owned, they own
 * an alert and have been silent, somebody offers them one, somebody names them in a comment, a colleague confirmed a High alert as a true positive, or somebody
 * reopened an alert that they had closed.
 */
const changeReasons = [
  "not_saved",
  "taken_over",
  "silent",
  "offered",
  "confirmed",
  "reopened",
  "mentioned",
] as const;
export type ChangeReason = (typeof changeReasons)[number];
export const isChangeReason = (reason: NotificationReason): reason is ChangeReason =>
  changeReasons.some((each) => each === reason);

/** The reasons of all notifications. `device_added`: the person's notifications were allowed on another device. A digest's or an alarm's reason is its kind; a digest of escalations has the reason of the escalation. A recovery's reason is `recovered`. */
export const notificationReasons = [
  ...detectionReasons,
  ...changeReasons,
  "test",
  "device_added",
  ...collectingKinds,
  ...alarmKinds,
  "recovered",
] as const;
export type NotificationReason = (typeof notificationReasons)[number];

export const notificationChannels = ["web_push", "email"] as const;

/**
 * The states of a notification. `accepted`: the push service or the mail server has taken it. `grouped`: the
 * notification of another sample or of an incident's member stands for its alert. `deferred` and `rate_limited`: a digest
 * counts its alert. `gathered`: a digest names or counts its alert, within a minute of the alert's arrival. `skipped`: the
 * person can't be reached.
 */
export const notificationStates = [
  "queued",
  "accepted",
  "failed",
  "grouped",
  "deferred",
  "rate_limited",
  "gathered",
  "skipped",
] as const;

/** The states of a notification that has reached its person or may still reach them. */
export const reachingStates = ["queued", "accepted"] as const;
/** The states of a notification that isn't sent because a digest is sent about its alert. */
export const digestedStates = ["deferred", "rate_limited", "gathered"] as const;

/**
 * The subjects of `notification_queue`. A detection waits for the decision about its recipients or for escalation. A change waits
 * for the person it concerns to be told, under its reason. A digest
 * or an alarm waits to be sent. A notification waits to be sent by web push or e-mail. An event waits for the outgoing webhook.
 * A `gathered_digest` is a digest that names its alerts: workers of version 0.2.0 can't send it, and leave it alone.
 * `group_update` comes only from workers of version 0.2.0, and is removed unsent: on iOS an update is one more message.
 */
export const notificationSubjects = [
  "detection",
  "escalation",
  ...changeReasons,
  "digest",
  "gathered_digest",
  "alarm",
  "web_push",
  "email",
  "group_update",
  "outgoing",
] as const;
export type NotificationSubject = (typeof notificationSubjects)[number];
