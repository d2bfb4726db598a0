import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgSequence,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import type { Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { severities } from "#lib/domain/severity.ts";
import { statuses, targetStatuses } from "#lib/domain/status.ts";
import { timelineKinds } from "#lib/domain/timeline.ts";
import { bytea, moment, organisationId } from "./columns.ts";
import { configurations } from "./configurations.ts";
import { users } from "./people.ts";
import { names, namesGlobal, organisationTable, routingTable } from "./table.ts";

/** Where an entry of the timeline came from. */
export const eventSources = ["portal", "api", "vendor", "worker", "webhook"] as const;

/** The hot row: what a list shows and filters by, and nothing else. Whoever changes a detection locks it first. */
export const detections = organisationTable(
  "detections",
  {
    id: uuid("id").notNull(),
    configurationId: uuid("configuration_id").notNull(),
    title: text("title").notNull(),
    alertType: text("alert_type").notNull(),
    severity: text("severity", { enum: severities }).notNull(),
    severityRank: smallint("severity_rank").notNull(),
    status: text("status", { enum: statuses }).notNull(),
    resourceName: text("resource_name").notNull(),
    resourceType: text("resource_type").notNull(),
    tactics: text("tactics").array().notNull(),
    isSample: boolean("is_sample").notNull(),
    isIncident: boolean("is_incident").notNull(),
    /** what the feed sorts by: raised, else began, else received */
    occurredAt: moment("occurred_at").notNull(),
    receivedAt: moment("received_at").notNull(),
    /** lower-cased words that the text search reads */
    searchText: text("search_text").notNull(),
    acknowledgedByUserId: uuid("acknowledged_by_user_id"),
    acknowledgedAt: moment("acknowledged_at"),
    /** whose case it is; nobody can take one yet */
    ownerId: uuid("owner_id"),
    /** the change on its way to the vendor, if any */
    pendingChangeId: uuid("pending_change_id"),
    pendingStatus: text("pending_status", { enum: targetStatuses }),
    syncState: text("sync_state", { enum: ["idle", "held", "sending", "confirmed", "diverged", "failed"] })
      .notNull()
      .default("idle"),
    changeSequence: bigint("change_sequence", { mode: "number" }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    // ascending, and read backwards: "DESC NULLS LAST" would not serve ORDER BY … DESC
    index("detections_feed").on(t.organisationId, t.occurredAt, t.id),
    index("detections_by_status").on(t.organisationId, t.status, t.occurredAt, t.id),
    index("detections_by_severity").on(t.organisationId, t.severity, t.occurredAt, t.id),
    index("detections_by_configuration").on(t.organisationId, t.configurationId, t.occurredAt, t.id),
    index("detections_changes").on(t.organisationId, t.changeSequence),
    index("detections_search").using("gin", t.organisationId, t.searchText.op("gin_trgm_ops")),
    check(
      "detections_acknowledged",
      sql`(${t.acknowledgedByUserId} IS NULL) = (${t.acknowledgedAt} IS NULL)`,
    ),
    names(t, t.configurationId, configurations),
    namesGlobal(t.acknowledgedByUserId, users),
    namesGlobal(t.ownerId, users),
  ],
);

/** The order between reads of a vendor, and between a read and a delivery: a number taken as each begins. */
export const readTickets = pgSequence("read_tickets");

/**
 * Where a detection comes from: the alert as its vendor holds it, one row an alert. Whether a copy says something new is
 * told by this row alone, so that an unchanged alert costs no write and no lock.
 */
export const detectionSources = organisationTable(
  "detection_sources",
  {
    detectionId: uuid("detection_id").notNull(),
    configurationId: uuid("configuration_id").notNull(),
    vendor: text("vendor").notNull(),
    /** SHA-256 of organisation, vendor, scope and the vendor's id: none twice */
    identity: bytea("identity").notNull(),
    /** where the vendor finds it again, in its own form; null while no copy says */
    ref: jsonb("ref").$type<Json>(),
    /** the status that the vendor held when it last said so */
    vendorStatus: text("vendor_status", { enum: statuses }).notNull(),
    /** SHA-256 of its fingerprint as last read from the vendor; null until it was */
    contentHash: bytea("content_hash"),
    /**
     * The ticket taken when the request that brought this state began (`read_tickets`): an older answer never
     * overwrites a newer one, whatever any clock says. 0 until the vendor was read.
     */
    readTicket: bigint("read_ticket", { mode: "number" }).notNull().default(0),
    /** that moment by the database's clock */
    readAt: moment("read_at").notNull(),
    /** when a read of the vendor first brought it */
    firstPolledAt: moment("first_polled_at"),
    /** when a webhook first brought it */
    firstDeliveredAt: moment("first_delivered_at"),
    /** of the copy that the webhook brought: which of several is the newest, by the vendor's own times */
    webhookOrder: text("webhook_order"),
    /** the ticket taken when a webhook's copy was first stored: a read begun later should find it */
    webhookTicket: bigint("webhook_ticket", { mode: "number" }),
    /** whole reads begun after that which didn't bring it */
    missedPolls: smallint("missed_polls").notNull().default(0),
    /** as last read from the vendor, gzipped; null until it was */
    raw: bytea("raw"),
    /** as the webhook brought it, gzipped */
    webhookRaw: bytea("webhook_raw"),
    /** what is shown: the copies as one */
    normalised: jsonb("normalised").$type<NormalisedDetection>().notNull(),
    /** what was last read, once a webhook brought a copy too; else `normalised` is it */
    polled: jsonb("polled").$type<NormalisedDetection>(),
    /** what the webhook's copy was understood to say, once the vendor was read too; else `normalised` is it */
    delivered: jsonb("delivered").$type<NormalisedDetection>(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.detectionId] }),
    unique("detection_sources_identity").on(t.organisationId, t.identity),
    index("detection_sources_unconfirmed")
      .on(t.organisationId, t.configurationId)
      .where(sql`first_polled_at is null`),
    index("detection_sources_not_delivered")
      .on(t.organisationId, t.configurationId, t.firstPolledAt)
      .where(sql`first_delivered_at is null`),
    names(t, t.detectionId, detections),
  ],
);

/** The timeline: every change, who and where from. */
export const detectionEvents = organisationTable(
  "detection_events",
  {
    id: uuid("id").notNull(),
    detectionId: uuid("detection_id").notNull(),
    at: moment("at").notNull(),
    kind: text("kind", { enum: timelineKinds }).notNull(),
    /** a person's name, or the program that did it */
    actor: text("actor").notNull(),
    source: text("source", { enum: eventSources }).notNull(),
    detail: jsonb("detail").$type<{ [key: string]: Json }>().notNull().default({}),
    note: text("note"),
    /** order within a detection: no order ever comes from an id or a clock */
    changeSequence: bigint("change_sequence", { mode: "number" }).notNull(),
    position: integer("position").notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index("detection_events_of").on(t.organisationId, t.detectionId, t.changeSequence, t.position),
    names(t, t.detectionId, detections),
  ],
);

/** A status asked for: held for Undo, sent, read back. */
export const statusChanges = organisationTable(
  "status_changes",
  {
    id: uuid("id").notNull(),
    detectionId: uuid("detection_id").notNull(),
    configurationId: uuid("configuration_id").notNull(),
    /** of the detection: its last note is shown on the next alert of the same type and resource */
    alertType: text("alert_type").notNull(),
    resourceName: text("resource_name").notNull(),
    fromStatus: text("from_status", { enum: statuses }).notNull(),
    toStatus: text("to_status", { enum: targetStatuses }).notNull(),
    note: text("note"),
    state: text("state", {
      enum: ["held", "sending", "confirmed", "diverged", "failed", "cancelled"],
    }).notNull(),
    requestedBy: text("requested_by").notNull(),
    /** null: a program of ours */
    requestedById: uuid("requested_by_id"),
    requestedAt: moment("requested_at").notNull(),
    /** may have reached the vendor: from here on a retry looks before it writes again */
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

/** Routing: the outbox. Ids, times and leases; what is to be sent stands in status_changes. */
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

/** What a deletion leaves: its change number, so that whoever follows the sequence learns of it. */
export const detectionTombstones = organisationTable(
  "detection_tombstones",
  {
    detectionId: uuid("detection_id").notNull(),
    deletedAt: moment("deleted_at").notNull(),
    changeSequence: bigint("change_sequence", { mode: "number" }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.detectionId] }),
    index("detection_tombstones_changes").on(t.organisationId, t.changeSequence),
  ],
);

/** Kept counts, moved by a trigger in the same transaction as the rows. Samples stay out. */
export const detectionCounts = organisationTable(
  "detection_counts",
  {
    configurationId: uuid("configuration_id").notNull(),
    severity: text("severity", { enum: severities }).notNull(),
    status: text("status", { enum: statuses }).notNull(),
    count: bigint("count", { mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.configurationId, t.severity, t.status] })],
);
