import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { alarmKinds, alarmStages } from "#lib/domain/alarm.ts";
import { devicePermissions, devicePlatforms } from "#lib/domain/device.ts";
import { digestKinds, historyCauses } from "#lib/domain/digest.ts";
import {
  notificationChannels,
  notificationReasons,
  notificationStates,
  notificationSubjects,
} from "#lib/domain/notification.ts";
import type { Window } from "#lib/domain/on-call-hours.ts";
import { severities } from "#lib/domain/severity.ts";
import { bytea, moment, organisationId } from "./columns.ts";
import { organisationTable, routingTable } from "./table.ts";

/** Routing: the installation's VAPID keys (RFC 8292). The newest signs; a device keeps the one it subscribed with. */
export const vapidKeys = routingTable("vapid_keys", {
  id: uuid("id").primaryKey(),
  /** an uncompressed P-256 point in base64url, for `applicationServerKey` */
  publicKey: text("public_key").notNull(),
  /** sealed by the keyring */
  privateSealed: bytea("private_sealed").notNull(),
  createdAt: moment("created_at").notNull(),
});

/** A person's browser that web push reaches. */
export const devices = organisationTable(
  "devices",
  {
    id: uuid("id").notNull(),
    userId: uuid("user_id").notNull(),
    name: text("name").notNull(),
    platform: text("platform", { enum: devicePlatforms }).notNull(),
    /** SHA-256 of the push subscription's endpoint; a browser is one device, whoever is signed in */
    endpointHash: bytea("endpoint_hash").notNull(),
    /** {endpoint, keys}, sealed */
    pushSubscriptionSealed: bytea("push_subscription_sealed").notNull(),
    vapidKeyId: uuid("vapid_key_id").notNull(),
    createdAt: moment("created_at").notNull(),
    /** when the portal was last opened there */
    lastSeenAt: moment("last_seen_at").notNull(),
    /** when it last reported a notification shown or opened */
    lastShownAt: moment("last_shown_at"),
    /** the browser's last reported permission; null before the first report */
    permission: text("permission", { enum: devicePermissions }),
    /** the number of consecutive failed sends, and below it why the last one failed */
    failures: integer("failures").notNull().default(0),
    lastFailure: text("last_failure"),
    /** when the push service dropped it or its person signed out there */
    goneAt: moment("gone_at"),
    deactivatedAt: moment("deactivated_at"),
    deactivatedBy: text("deactivated_by"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    unique("devices_endpoint").on(t.organisationId, t.endpointHash),
    index("devices_of").on(t.organisationId, t.userId),
  ],
);

/** A person's preferences. Without a row, the defaults apply. */
export const notificationPreferences = organisationTable(
  "notification_preferences",
  {
    userId: uuid("user_id").notNull(),
    isOn: boolean("is_on").notNull(),
    severities: text("severities", { enum: severities }).array().notNull(),
    /** null means all that the person may see */
    configurationIds: uuid("configuration_ids").array(),
    /** on-call hours in an IANA time zone; null means always on call */
    timeZone: text("time_zone"),
    windows: jsonb("windows").$type<readonly Window[]>(),
    /** severities that notify outside these hours too */
    alwaysNotify: text("always_notify", { enum: severities }).array().notNull(),
    changedAt: moment("changed_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.userId] })],
);

/** An organisation's notification policy. Without a row, the default applies. */
export const notificationPolicies = organisationTable(
  "notification_policies",
  {
    freshMinutes: integer("fresh_minutes").notNull(),
    escalateMinutes: integer("escalate_minutes").notNull(),
    isPrivate: boolean("is_private").notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId] })],
);

const alertCount = (name: string) => integer(name).notNull().default(0);

/**
 * One message about several alerts. A digest of history is for everyone who may see its configuration, or for one person whose
 * hours hadn't begun; the other kinds are for one person. Until it is sent, it is open and counts more alerts.
 */
export const digests = organisationTable(
  "digests",
  {
    id: uuid("id").notNull(),
    kind: text("kind", { enum: digestKinds }).notNull(),
    configurationId: uuid("configuration_id"),
    userId: uuid("user_id"),
    /** why its alerts are history */
    cause: text("cause", { enum: historyCauses }),
    /** the last poll before a gap, and below it the end of the gap */
    gapFrom: moment("gap_from"),
    gapUntil: moment("gap_until"),
    /** alerts by severity; for a personal digest they are counted when it is sent */
    highCount: alertCount("high_count"),
    mediumCount: alertCount("medium_count"),
    lowCount: alertCount("low_count"),
    informationalCount: alertCount("informational_count"),
    unknownCount: alertCount("unknown_count"),
    /** how many of these alerts were closed by then */
    closedCount: alertCount("closed_count"),
    createdAt: moment("created_at").notNull(),
    /** when it was sent or dropped because it had no recipient */
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
  ],
);

/** A message to the admins about something they must fix. It stays open and repeats until that is fixed. */
export const alarms = organisationTable(
  "alarms",
  {
    id: uuid("id").notNull(),
    kind: text("kind", { enum: alarmKinds }).notNull(),
    /** null if the alarm concerns the whole organisation */
    configurationId: uuid("configuration_id"),
    stage: text("stage", { enum: alarmStages }).notNull(),
    /** "{name}" is replaced with the configuration's name */
    title: text("title").notNull(),
    body: text("body").notNull(),
    /** how many times it was sent */
    rounds: integer("rounds").notNull().default(0),
    /** whether the outgoing webhook got an event about it */
    isPosted: boolean("is_posted").notNull().default(false),
    createdAt: moment("created_at").notNull(),
    endedAt: moment("ended_at"),
    /** whether the admins, who were notified of the alarm, are notified of its recovery too */
    isRecovered: boolean("is_recovered").notNull().default(false),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    // and alarms_open, in unique-with-nulls.sql
    check("alarms_subject", sql`(${t.kind} = 'on_call_coverage') = (${t.configurationId} IS NULL)`),
    check("alarms_recovered", sql`NOT ${t.isRecovered} OR ${t.endedAt} IS NOT NULL`),
  ],
);

/**
 * A message to one person on one device or by e-mail, and its state. The row is inserted before the message is sent, so none
 * is sent twice. It is about a detection, a digest or an alarm; a test has none of them.
 */
export const notifications = organisationTable(
  "notifications",
  {
    id: uuid("id").notNull(),
    detectionId: uuid("detection_id"),
    /** the digest that it sends; with a detection, the digest that counts the alert */
    digestId: uuid("digest_id"),
    alarmId: uuid("alarm_id"),
    /** the round of the alarm */
    round: integer("round").notNull().default(0),
    userId: uuid("user_id").notNull(),
    channel: text("channel", { enum: notificationChannels }).notNull().default("web_push"),
    /** null if it isn't for a device or the person has none */
    deviceId: uuid("device_id"),
    reason: text("reason", { enum: notificationReasons }).notNull(),
    state: text("state", { enum: notificationStates }).notNull(),
    /** the notification that counts this alert */
    groupedInto: uuid("grouped_into"),
    /** why it failed or was skipped, as a sentence */
    problem: text("problem"),
    queuedAt: moment("queued_at").notNull(),
    /** when the push service or the mail server accepted it */
    acceptedAt: moment("accepted_at"),
    shownAt: moment("shown_at"),
    openedAt: moment("opened_at"),
    /** when the notified person acknowledged the detection or changed its status */
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
      sql`(${t.state} IN ('deferred', 'rate_limited')) = (${t.detectionId} IS NOT NULL AND ${t.digestId} IS NOT NULL)`,
    ),
    // partial, because there may be many grouped and digested notifications but few sent ones
    index("notifications_recent")
      .on(t.organisationId, t.queuedAt, t.userId)
      .where(sql`state in ('queued', 'accepted') and detection_id is not null`),
    index("notifications_old").on(t.organisationId, t.queuedAt),
    index("notifications_digested")
      .on(t.organisationId, t.digestId)
      .where(sql`state in ('deferred', 'rate_limited')`),
    index("notifications_grouped").on(t.organisationId, t.groupedInto).where(sql`grouped_into is not null`),
  ],
);

/**
 * A detection that is counted by all notifications for another detection. One row stands for all devices; a row for each would
 * mean hundreds for every alert of a storm.
 */
export const notificationGroups = organisationTable(
  "notification_groups",
  {
    detectionId: uuid("detection_id").notNull(),
    reason: text("reason", { enum: notificationReasons }).notNull(),
    /** the detection whose notifications count this one, for the reason below */
    intoDetectionId: uuid("into_detection_id").notNull(),
    intoReason: text("into_reason", { enum: notificationReasons }).notNull(),
    at: moment("at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.detectionId, t.reason] }),
    index("notification_groups_into").on(t.organisationId, t.intoDetectionId, t.intoReason),
    index("notification_groups_old").on(t.organisationId, t.at),
  ],
);

/** Routing: the queue of notifications to decide on, send and post. Ids, times and leases only. */
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
