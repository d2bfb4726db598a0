import { sql } from "drizzle-orm";
import { index, integer, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { Requester } from "#lib/domain/requester.ts";
import { statuses, targetStatuses } from "#lib/domain/status.ts";
import { moment, organisationId } from "./columns.ts";
import { detections } from "./detections.ts";
import { users } from "./people.ts";
import { names, namesGlobal, organisationTable, routingTable } from "./table.ts";

/**
 * A status that somebody requested. It is pending while Undo is possible. Then PocketSOC sends it and compares it with the
 * alert at the vendor.
 */
export const statusChanges = organisationTable(
  "status_changes",
  {
    id: uuid("id").notNull(),
    detectionId: uuid("detection_id").notNull(),
    configurationId: uuid("configuration_id").notNull(),
    /** the detection's alert type, copied to find the last note on a similar alert */
    alertType: text("alert_type").notNull(),
    resourceName: text("resource_name").notNull(),
    fromStatus: text("from_status", { enum: statuses }).notNull(),
    toStatus: text("to_status", { enum: targetStatuses }).notNull(),
    note: text("note"),
    state: text("state", {
      enum: ["held", "sending", "confirmed", "diverged", "failed", "cancelled"],
    }).notNull(),
    requestedBy: text("requested_by").notNull(),
    /** the person who requested the status; null for a program of PocketSOC */
    requestedById: uuid("requested_by_id"),
    /** the session or API token of the request; null for a program, and for a request to an earlier version */
    requester: jsonb("requester").$type<Requester>(),
    requestedAt: moment("requested_at").notNull(),
    /** when the vendor was about to be called; if set, a retry first checks whether the alert already has the status */
    attemptedAt: moment("attempted_at"),
    finishedAt: moment("finished_at"),
    message: text("message"),
    remedy: text("remedy"),
    requestId: text("request_id"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index("status_changes_of").on(t.organisationId, t.detectionId, t.requestedAt),
    index("status_changes_notes")
      .on(t.organisationId, t.alertType, t.resourceName, t.requestedAt)
      .where(sql`note is not null`),
    names(t, t.detectionId, detections),
    namesGlobal(t.requestedById, users),
  ],
);

/** The outbox: a queue of status changes to send. Contains ids, times and leases only. */
export const outbox = routingTable(
  "outbox",
  {
    changeId: uuid("change_id").primaryKey(),
    organisationId: organisationId(),
    dueAt: moment("due_at").notNull(),
    leasedUntil: moment("leased_until"),
    leaseToken: uuid("lease_token"),
    attempts: integer("attempts").notNull().default(0),
  },
  (t) => [index("outbox_due").on(t.dueAt), names(t, t.changeId, statusChanges)],
);
