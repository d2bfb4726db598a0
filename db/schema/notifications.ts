import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { alarmKinds, alarmStages } from "#lib/domain/alarm.ts";
import { digestKinds, historyCauses } from "#lib/domain/digest.ts";
import {
  notificationChannels,
  notificationReasons,
  notificationStates,
  notificationSubjects,
} from "#lib/domain/notification.ts";
import type { Window } from "#lib/domain/on-call-hours.ts";
import type { Requester } from "#lib/domain/requester.ts";
import { severities } from "#lib/domain/severity.ts";
import { shiftAnswers } from "#lib/domain/shift.ts";
import { moment, organisationId } from "./columns.ts";
import { configurations } from "./configurations.ts";
import { detections } from "./detections.ts";
import { users } from "./people.ts";
import { names, namesGlobal, organisationTable, routingTable } from "./table.ts";

/** A person's preferences. If a person has no row, the defaults apply. */
export const notificationPreferences = organisationTable(
  "notification_preferences",
  {
    userId: uuid("user_id").notNull(),
    isOn: boolean("is_on").notNull(),
    severities: text("severities", { enum: severities }).array().notNull(),
    /** the configurations whose alerts notify the person; null means all configurations that the person may see */
    configurationIds: uuid("configuration_ids").array(),
    /** when the person is on shift; null if they haven't said */
    shift: text("shift", { enum: shiftAnswers }),
    /** the person's time zone, by its IANA name: of their hours, or of their browser; null if it isn't known yet */
    timeZone: text("time_zone"),
    /** the on-call hours of a person who is on shift in `hours` */
    windows: jsonb("windows").$type<readonly Window[]>(),
    /** when the person switched their notifications off; null while they are on, and if an older version saved it */
    offSince: moment("off_since"),
    /** severities that notify even outside the on-call hours */
    alwaysNotify: text("always_notify", { enum: severities }).array().notNull(),
    changedAt: moment("changed_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.userId] }), namesGlobal(t.userId, users)],
);

/** An organisation's notification policy. If an organisation has no row, the default policy applies. */
export const notificationPolicies = organisationTable(
  "notification_policies",
  {
    freshMinutes: integer("fresh_minutes").notNull(),
    escalateMinutes: integer("escalate_minutes").notNull(),
    silentMinutes: integer("silent_minutes").notNull().default(30),
    isPrivate: boolean("is_private").notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId] })],
);

const alertCount = (name: string) => integer(name).notNull().default(0);

/**
 * A message about several alerts. A digest of kind `history` counts alerts that were old on arrival; it is for one person or
 * for everyone who may see the configuration. Other digests are for one person. A digest is open until it is sent, and
 * counts further alerts while open.
 */
export const digests = organisationTable(
  "digests",
  {
    id: uuid("id").notNull(),
    kind: text("kind", { enum: digestKinds }).notNull(),
    configurationId: uuid("configuration_id"),
    userId: uuid("user_id"),
    /** why the alerts of a `history` digest were old on arrival */
    cause: text("cause", { enum: historyCauses }),
    /** the time of the last poll before a gap in polling */
    gapFrom: moment("gap_from"),
    /** the time when polling continued after the gap */
    gapUntil: moment("gap_until"),
    /** the number of High alerts; a digest of deferred or rate-limited alerts gets its counts when it is sent, and one that names its alerts has none */
    highCount: alertCount("high_count"),
    mediumCount: alertCount("medium_count"),
    lowCount: alertCount("low_count"),
    informationalCount: alertCount("informational_count"),
    unknownCount: alertCount("unknown_count"),
    /** how many of the alerts were already closed when the digest was sent */
    closedCount: alertCount("closed_count"),
    createdAt: moment("created_at").notNull(),
    /** when the digest was sent, or was dropped for lack of a recipient */
    endedAt: moment("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    // and digests_open, in unique-with-nulls.sql
    check(
      "digests_subject",
      sql`CASE ${t.kind} WHEN 'history' THEN ${t.configurationId} IS NOT NULL AND ${t.cause} IS NOT NULL
        ELSE ${t.configurationId} IS NULL AND ${t.cause} IS NULL AND ${t.userId} IS NOT NULL END`,
    ),
    check("digests_gap", sql`(${t.gapFrom} IS NULL) = (${t.gapUntil} IS NULL)`),
    index("digests_of").on(t.organisationId, t.configurationId),
    names(t, t.configurationId, configurations),
    namesGlobal(t.userId, users),
  ],
);

/** A message to the admins about something they must fix. The alarm stays open and repeats until the problem is fixed. */
export const alarms = organisationTable(
  "alarms",
  {
    id: uuid("id").notNull(),
    kind: text("kind", { enum: alarmKinds }).notNull(),
    /** the configuration that the alarm is about; null if it is about the whole organisation */
    configurationId: uuid("configuration_id"),
    stage: text("stage", { enum: alarmStages }).notNull(),
    /** the title, in which "{name}" stands for the configuration's name */
    title: text("title").notNull(),
    body: text("body").notNull(),
    /** how many times the alarm was sent */
    rounds: integer("rounds").notNull().default(0),
    /** whether the outgoing webhook got an event about the alarm */
    isPosted: boolean("is_posted").notNull().default(false),
    createdAt: moment("created_at").notNull(),
    endedAt: moment("ended_at"),
    /** whether the admins are notified of the recovery, because they were notified of the alarm */
    isRecovered: boolean("is_recovered").notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    // and alarms_open, in unique-with-nulls.sql
    check(
      "alarms_subject",
      sql`(${t.kind} IN ('on_call_coverage', 'worker_silent')) = (${t.configurationId} IS NULL)`,
    ),
    check("alarms_recovered", sql`NOT ${t.isRecovered} OR ${t.endedAt} IS NOT NULL`),
    index("alarms_of").on(t.organisationId, t.configurationId),
    names(t, t.configurationId, configurations),
  ],
);

/**
 * A message to one person on one device or by e-mail, and its state. The row is inserted before the message is sent, so that
 * no message is sent twice. A notification is about a detection, a digest, an alarm or changes; a test notification is about
 * nothing.
 */
export const notifications = organisationTable(
  "notifications",
  {
    id: uuid("id").notNull(),
    detectionId: uuid("detection_id"),
    /** the digest that this notification sends; if `detectionId` is set, the digest that names or counts the detection's alert */
    digestId: uuid("digest_id"),
    alarmId: uuid("alarm_id"),
    /** the changes that a message about decisions says; null for every other notification */
    changeIds: uuid("change_ids").array(),
    /** which repetition of the alarm, or which round of the detection, the notification belongs to */
    round: integer("round").notNull().default(0),
    userId: uuid("user_id").notNull(),
    channel: text("channel", { enum: notificationChannels }).notNull().default("web_push"),
    /** the device; null for an e-mail, and for a person without devices */
    deviceId: uuid("device_id"),
    reason: text("reason", { enum: notificationReasons }).notNull(),
    state: text("state", { enum: notificationStates }).notNull(),
    /** the notification into which this alert was grouped */
    groupedInto: uuid("grouped_into"),
    /** a sentence that says why the notification failed or was skipped */
    problem: text("problem"),
    queuedAt: moment("queued_at").notNull(),
    /** the person who asked for a test; null for every other notification */
    requester: jsonb("requester").$type<Requester>(),
    /** when the push service or the mail server accepted the message */
    acceptedAt: moment("accepted_at"),
    shownAt: moment("shown_at"),
    openedAt: moment("opened_at"),
    /** when the notified person first acknowledged the detection or changed the detection's status */
    actedAt: moment("acted_at"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    // and notifications_once, notifications_digest_once and notifications_alarm_once, in unique-with-nulls.sql
    check(
      "notifications_subject",
      sql`${t.alarmId} IS NULL OR (${t.detectionId} IS NULL AND ${t.digestId} IS NULL)`,
    ),
    check(
      "notifications_digested",
      sql`(${t.state} IN ('deferred', 'rate_limited', 'gathered')) = (${t.detectionId} IS NOT NULL AND ${t.digestId} IS NOT NULL)`,
    ),
    // partial, because there may be many grouped and digested notifications but few sent ones
    index("notifications_recent")
      .on(t.organisationId, t.queuedAt, t.userId)
      .where(sql`state in ('queued', 'accepted', 'gathered') and detection_id is not null`),
    index("notifications_old").on(t.organisationId, t.queuedAt),
    index("notifications_digested").on(t.organisationId, t.digestId).where(sql`digest_id is not null`),
    index("notifications_grouped").on(t.organisationId, t.groupedInto).where(sql`grouped_into is not null`),
    names(t, t.detectionId, detections),
    names(t, t.digestId, digests),
    names(t, t.alarmId, alarms),
    namesGlobal(t.userId, users),
  ],
);

/**
 * Groups one detection with another: all notifications for the other detection also count this detection. One row covers all
 * devices.
 */
export const notificationGroups = organisationTable(
  "notification_groups",
  {
    detectionId: uuid("detection_id").notNull(),
    reason: text("reason", { enum: notificationReasons }).notNull(),
    /** the other detection; its notifications with the reason `intoReason` count this detection */
    intoDetectionId: uuid("into_detection_id").notNull(),
    intoReason: text("into_reason", { enum: notificationReasons }).notNull(),
    /** the detection's round */
    round: integer("round").notNull().default(0),
    /** the other detection's round */
    intoRound: integer("into_round").notNull().default(0),
    at: moment("at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.detectionId, t.reason, t.round] }),
    index("notification_groups_into").on(t.organisationId, t.intoDetectionId, t.intoReason, t.intoRound),
    index("notification_groups_old").on(t.organisationId, t.at),
    names(t, t.detectionId, detections),
    names(t, t.intoDetectionId, detections),
  ],
);

/** The queue of alerting work: notifications to decide on or send, and events to post. Contains ids, times and leases only. */
export const notificationQueue = routingTable(
  "notification_queue",
  {
    id: uuid("id").primaryKey(),
    organisationId: organisationId(),
    subject: text("subject", { enum: notificationSubjects }).notNull(),
    subjectId: uuid("subject_id").notNull(),
    dueAt: moment("due_at").notNull().defaultNow(),
    leasedUntil: moment("leased_until"),
    leaseToken: uuid("lease_token"),
    attempts: integer("attempts").notNull().default(0),
  },
  (t) => [
    unique("notification_queue_subject").on(t.subject, t.subjectId),
    index("notification_queue_due").on(t.dueAt),
  ],
);
