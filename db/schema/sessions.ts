import { sql } from "drizzle-orm";
import { index, text, uuid } from "drizzle-orm/pg-core";
import { sessionEndReasons } from "#lib/domain/session.ts";
import { bytea, moment } from "./columns.ts";
import { devices } from "./devices.ts";
import { users } from "./people.ts";
import { names, namesGlobal, routingTable } from "./table.ts";

/** Sessions. Only the hash of a session's id is stored. */
export const sessions = routingTable(
  "sessions",
  {
    idHash: bytea("id_hash").primaryKey(),
    userId: uuid("user_id").notNull(),
    /** the session's current organisation; null while the person waits to be admitted */
    organisationId: uuid("organisation_id"),
    createdAt: moment("created_at").notNull().defaultNow(),
    lastSeenAt: moment("last_seen_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    revokedAt: moment("revoked_at"),
    /** why the session was revoked; null if it wasn't, or if an earlier version revoked it */
    endReason: text("end_reason", { enum: sessionEndReasons }),
    userAgent: text("user_agent").notNull().default(""),
    /** the device that the session was last used on, in the session's organisation */
    deviceId: uuid("device_id"),
    /** the devices that the session was used on before, in any organisation */
    earlierDeviceIds: uuid("earlier_device_ids").array().notNull().default(sql`'{}'`),
  },
  (t) => [
    index("sessions_user").on(t.userId),
    index("sessions_device").on(t.organisationId, t.deviceId).where(sql`device_id is not null`),
    names(t, t.deviceId, devices),
    namesGlobal(t.userId, users),
  ],
);
