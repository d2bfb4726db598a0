import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { Requester } from "#lib/domain/requester.ts";
import { statuses, targetStatuses } from "#lib/domain/status.ts";
import { type JudgedHow, type Reason, reasons, type Verdict } from "#lib/domain/verdict.ts";
import { moment, organisationId } from "./columns.ts";
import { detections } from "./detections.ts";
import { users } from "./people.ts";
import { names, namesGlobal, organisationTable, routingTable } from "./table.ts";

/** What the team decided about a detection before a change, to which Undo and a refusal return. Times are in ISO 8601. */
export type TeamState = {
  ownerId: string | null;
  ownedSince: string | null;
  /** the offer then; absent in changes of earlier versions */
  offeredToId?: string | null;
  offeredAt?: string | null;
  verdict: Verdict | null;
  reason: Reason | null;
  judgedBy: string | null;
  judgedAt: string | null;
  judgedHow: JudgedHow | null;
  /** the detection's round then; an owner of an earlier round never comes back. Absent in changes of earlier versions */
  round?: number;
  /** whether an earlier change wasn't saved. Absent in changes of earlier versions */
  isNotSaved?: "diverged" | "failed" | null;
};

/**
 * A decision on a detection (a status, an owner, a verdict, or several of them) or one comment. A status is pending while Undo is possible. Then
 * PocketSOC sends it and compares it with the alert at the vendor. A decision without a status holds at once.
 */
export const detectionChanges = organisationTable(
  "changes",
  {
    id: uuid("id").notNull(),
    detectionId: uuid("detection_id").notNull(),
    configurationId: uuid("configuration_id").notNull(),
    /** the detection's alert type, copied to find the last note on a similar alert */
    alertType: text("alert_type").notNull(),
    resourceName: text("resource_name").notNull(),
    fromStatus: text("from_status", { enum: statuses }).notNull(),
    /** the requested status; null if the decision has none */
    toStatus: text("to_status", { enum: targetStatuses }),
    /** whether the decision sets the owner, to `to_owner_id` or, if that is null, to nobody */
    setsOwner: boolean("sets_owner").notNull().default(false),
    toOwnerId: uuid("to_owner_id"),
    /** the person to whom the decision offers the alert; null if it offers it to nobody */
    offeredToId: uuid("offered_to_id"),
    /** a comment, which decides nothing; null for a decision */
    comment: text("comment"),
    /** the people whom the comment names */
    mentionedIds: uuid("mentioned_ids").array(),
    /** why the alert was judged so; null if the decision has no verdict */
    reason: text("reason", { enum: reasons }),
    /** null for a decision of an earlier version */
    before: jsonb("before").$type<TeamState>(),
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
    index("changes_of").on(t.organisationId, t.detectionId, t.requestedAt),
    index("changes_notes")
      .on(t.organisationId, t.alertType, t.resourceName, t.requestedAt)
      .where(sql`note is not null`),
    names(t, t.detectionId, detections),
    namesGlobal(t.requestedById, users),
    namesGlobal(t.toOwnerId, users),
    namesGlobal(t.offeredToId, users),
  ],
);

/** The outbox: a queue of decisions to send. Contains ids, times and leases only. */
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
  (t) => [index("outbox_due").on(t.dueAt), names(t, t.changeId, detectionChanges)],
);
