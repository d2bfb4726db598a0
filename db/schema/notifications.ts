import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { devicePermissions, devicePlatforms } from "#lib/domain/device.ts";
import { notificationReasons, notificationStates, notificationSubjects } from "#lib/domain/notification.ts";
import { severities } from "#lib/domain/severity.ts";
import { bytea, moment, organisationId } from "./columns.ts";

/** Routing: the installation's keys of RFC 8292 (VAPID). The newest signs; a device is bound to the one it subscribed with. */
export const vapidKeys = pgTable("vapid_keys", {
  id: uuid("id").primaryKey(),
  /** an uncompressed P-256 point, base64url, as `applicationServerKey` takes it */
  publicKey: text("public_key").notNull(),
  /** sealed by the keyring */
  privateSealed: bytea("private_sealed").notNull(),
  createdAt: moment("created_at").notNull(),
});

/** A person's browser that web push reaches. */
export const devices = pgTable(
  "devices",
  {
    organisationId: organisationId(),
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
    provedAt: moment("proved_at"),
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
export const notificationWishes = pgTable(
  "notification_wishes",
  {
    organisationId: organisationId(),
    userId: uuid("user_id").notNull(),
    isOn: boolean("is_on").notNull(),
    severities: text("severities", { enum: severities }).array().notNull(),
    changedAt: moment("changed_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.userId] })],
);

/** What an organisation decides for everyone; without a row, the usual. */
export const notificationRules = pgTable("notification_rules", {
  organisationId: organisationId().primaryKey(),
  ringMinutes: integer("ring_minutes").notNull(),
  escalateMinutes: integer("escalate_minutes").notNull(),
  isPrivate: boolean("is_private").notNull(),
});

/** What a person is told on one device, and how far it came: claimed before it is sent, so that none is sent twice. */
export const notifications = pgTable(
  "notifications",
  {
    organisationId: organisationId(),
    id: uuid("id").notNull(),
    /** null for a test */
    detectionId: uuid("detection_id"),
    userId: uuid("user_id").notNull(),
    deviceId: uuid("device_id").notNull(),
    reason: text("reason", { enum: notificationReasons }).notNull(),
    state: text("state", { enum: notificationStates }).notNull(),
    /** the notification that counts it in: it has no message of its own */
    foldedInto: uuid("folded_into"),
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
    // a test is asked for as often as someone likes
    uniqueIndex("notifications_once")
      .on(t.organisationId, t.detectionId, t.userId, t.deviceId, t.reason)
      .where(sql`detection_id is not null`),
    index("notifications_recent").on(t.organisationId, t.queuedAt),
    index("notifications_folded").on(t.organisationId, t.foldedInto).where(sql`folded_into is not null`),
  ],
);

/** Routing: what is to be decided (who is told of a detection) and what is to be sent. Ids, times and leases. */
export const notificationQueue = pgTable(
  "notification_queue",
  {
    id: uuid("id").primaryKey(),
    organisationId: organisationId(),
    /** a detection that may ring, one that somebody has to have acknowledged by then, a notification to be sent, or what folded into one */
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
