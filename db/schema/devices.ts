import { index, integer, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { devicePermissions, devicePlatforms } from "#lib/domain/device.ts";
import { bytea, moment } from "./columns.ts";
import { users } from "./people.ts";
import { namesGlobal, organisationTable, routingTable } from "./table.ts";

/**
 * The installation's VAPID keys (RFC 8292). New push subscriptions use the newest key. A device keeps the key that it
 * subscribed with.
 */
export const vapidKeys = routingTable("vapid_keys", {
  id: uuid("id").primaryKey(),
  /** the public key: an uncompressed P-256 point in base64url */
  publicKey: text("public_key").notNull(),
  /** the private key, sealed with the keyring */
  privateSealed: bytea("private_sealed").notNull(),
  createdAt: moment("created_at").notNull(),
});

/** A person's browser that gets web pushes. */
export const devices = organisationTable(
  "devices",
  {
    id: uuid("id").notNull(),
    userId: uuid("user_id").notNull(),
    name: text("name").notNull(),
    platform: text("platform", { enum: devicePlatforms }).notNull(),
    /** SHA-256 of the push subscription's endpoint; it identifies the browser, whoever is signed in */
    endpointHash: bytea("endpoint_hash").notNull(),
    /** the push subscription, {endpoint, keys}, sealed */
    pushSubscriptionSealed: bytea("push_subscription_sealed").notNull(),
    vapidKeyId: uuid("vapid_key_id").notNull(),
    createdAt: moment("created_at").notNull(),
    /** when the portal was last opened on the device */
    lastSeenAt: moment("last_seen_at").notNull(),
    /** when the device last reported that it showed or opened a notification */
    lastShownAt: moment("last_shown_at"),
    /** the notification permission that the browser last reported; null before the first report */
    permission: text("permission", { enum: devicePermissions }),
    /** the number of consecutive failed notifications */
    failures: integer("failures").notNull().default(0),
    /** why the last failed notification failed */
    lastFailure: text("last_failure"),
    /**
     * when the push service dropped the push subscription or the person signed out; null while the device can get
     * notifications
     */
    goneAt: moment("gone_at"),
    deactivatedAt: moment("deactivated_at"),
    deactivatedBy: text("deactivated_by"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    unique("devices_endpoint").on(t.organisationId, t.endpointHash),
    index("devices_of").on(t.organisationId, t.userId),
    namesGlobal(t.userId, users),
    namesGlobal(t.vapidKeyId, vapidKeys),
  ],
);
