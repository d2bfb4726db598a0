import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { devicePermissions, devicePlatforms } from "#lib/domain/device.ts";
import type { Json } from "#lib/domain/detection.ts";
import type { Window } from "#lib/domain/on-call-hours.ts";
import {
  noticeKinds,
  notificationChannels,
  notificationReasons,
  notificationStates,
  notificationSubjects,
} from "#lib/domain/notification.ts";
import { severities } from "#lib/domain/severity.ts";
import { bytea, moment, organisationId } from "./columns.ts";
import { organisationTable, routingTable } from "./table.ts";

/** Routing: the installation's keys of RFC 8292 (VAPID). The newest signs; a device is bound to the one it subscribed with. */
export const vapidKeys = routingTable("vapid_keys", {
  id: uuid("id").primaryKey(),
  /** an uncompressed P-256 point, base64url, as `applicationServerKey` takes it */
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
    /** SHA-256 of the subscription's endpoint: a browser is one device, whoever is signed in there */
    endpointHash: bytea("endpoint_hash").notNull(),
    /** {endpoint, keys}, sealed */
    subscriptionSealed: bytea("subscription_sealed").notNull(),
    vapidKeyId: uuid("vapid_key_id").notNull(),
    createdAt: moment("created_at").notNull(),
    /** when the portal was last opened there */
    lastSeenAt: moment("last_seen_at").notNull(),
    /** when it last said that a notification was shown there */
    lastShownAt: moment("last_shown_at"),
    /** what its browser last said of notifications; null: nothing yet */
    permission: text("permission", { enum: devicePermissions }),
    /** sends in a row that failed, and what the last of them came to */
    failures: integer("failures").notNull().default(0),
    lastFailure: text("last_failure"),
    /** the push service knows it no more */
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

/** What a person wishes to be told of; without a row, what everyone is told of. */
export const notificationPreferences = organisationTable(
  "notification_preferences",
  {
    userId: uuid("user_id").notNull(),
    isOn: boolean("is_on").notNull(),
    severities: text("severities", { enum: severities }).array().notNull(),
    /** null: of all that they may see */
    configurationIds: uuid("configuration_ids").array(),
    /** the on-call hours by the clocks of an IANA time zone; null: always on call */
    timeZone: text("time_zone"),
    windows: jsonb("windows").$type<readonly Window[]>(),
    /** what rings outside them as well */
    through: text("through", { enum: severities }).array().notNull(),
    changedAt: moment("changed_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.userId] })],
);

/** What an organisation decides for everyone; without a row, the usual. */
export const notificationPolicies = organisationTable(
  "notification_policies",
  {
    freshMinutes: integer("fresh_minutes").notNull(),
    escalateMinutes: integer("escalate_minutes").notNull(),
    isPrivate: boolean("is_private").notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId] })],
);

/** What is said beside single alerts. One is open until it was said, or, where something is wrong, until it is right again. */
export const notices = organisationTable(
  "notices",
  {
    id: uuid("id").notNull(),
    kind: text("kind", { enum: noticeKinds }).notNull(),
    /** what it is about; null for what is about a person or everyone */
    configurationId: uuid("configuration_id"),
    /** the one person it is for; null for those whom its kind concerns */
    userId: uuid("user_id"),
    detail: jsonb("detail").$type<{ [key: string]: Json }>().notNull(),
    /** how often it was said */
    rounds: integer("rounds").notNull().default(0),
    createdAt: moment("created_at").notNull(),
    endedAt: moment("ended_at"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    // and notices_open, in unique-with-nulls.sql
  ],
);

/** What a person is told on one device or by e-mail, and how far it came: claimed before it is sent, so that none is sent twice. */
export const notifications = organisationTable(
  "notifications",
  {
    id: uuid("id").notNull(),
    /** null for a test and for a notice */
    detectionId: uuid("detection_id"),
    /** the notice it says, or that counts it in */
    noticeId: uuid("notice_id"),
    /** which time the notice is said */
    round: integer("round").notNull().default(0),
    userId: uuid("user_id").notNull(),
    channel: text("channel", { enum: notificationChannels }).notNull().default("push"),
    /** null where no device is meant */
    deviceId: uuid("device_id"),
    reason: text("reason", { enum: notificationReasons }).notNull(),
    state: text("state", { enum: notificationStates }).notNull(),
    /** the notification that counts it in: it has no message of its own */
    groupedInto: uuid("grouped_into"),
    /** why it was not accepted, in words */
    problem: text("problem"),
    queuedAt: moment("queued_at").notNull(),
    /** by the push service */
    acceptedAt: moment("accepted_at"),
    shownAt: moment("shown_at"),
    openedAt: moment("opened_at"),
    /** when its person acknowledged the detection or changed its status, having been told of it */
    actedAt: moment("acted_at"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    // and notifications_once and notifications_notice_once, in unique-with-nulls.sql
    // what is counted and held may be many; what rings is few
    index("notifications_recent")
      .on(t.organisationId, t.queuedAt, t.userId)
      .where(sql`state in ('queued', 'accepted') and detection_id is not null`),
    index("notifications_old").on(t.organisationId, t.queuedAt),
    index("notifications_deferred").on(t.organisationId, t.noticeId).where(sql`state = 'held'`),
    index("notifications_grouped").on(t.organisationId, t.groupedInto).where(sql`grouped_into is not null`),
  ],
);

/**
 * A detection that is counted in all that rang for another one of its kind: one row for it, where one for each device would
 * be hundreds of each alert of a storm.
 */
export const notificationGroups = organisationTable(
  "notification_groups",
  {
    detectionId: uuid("detection_id").notNull(),
    reason: text("reason", { enum: notificationReasons }).notNull(),
    /** the detection whose notifications, for this reason, count it in */
    intoDetectionId: uuid("into_detection_id").notNull(),
    intoReason: text("into_reason", { enum: notificationReasons }).notNull(),
    at: moment("at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.detectionId, t.reason] }),
    index("notification_folds_into").on(t.organisationId, t.intoDetectionId, t.intoReason),
    index("notification_folds_old").on(t.organisationId, t.at),
  ],
);

/** Routing: what is to be decided (who is told of a detection) and what is to be sent. Ids, times and leases. */
export const notificationQueue = routingTable(
  "notification_queue",
  {
    id: uuid("id").primaryKey(),
    organisationId: organisationId(),
    /** a detection that may ring, one that somebody has to have acknowledged by then, a notification to be sent, what folded into one, or a notice */
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
