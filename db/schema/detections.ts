import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
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
import { bytea, moment, organisationId } from "./columns.ts";
import { organisationTable, routingTable } from "./table.ts";

/** The origin of a timeline entry. */
export const eventSources = ["portal", "api", "vendor", "worker", "webhook"] as const;

/** What lists show and filter by, and nothing else. A transaction that changes a detection locks this row first. */
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
    /** the feed's sort key: when the alert was raised; if unknown, when its activity began or it was received */
    occurredAt: moment("occurred_at").notNull(),
    receivedAt: moment("received_at").notNull(),
    /** the text that search looks in, in lower case */
    searchText: text("search_text").notNull(),
    acknowledgedBy: text("acknowledged_by"),
    acknowledgedAt: moment("acknowledged_at"),
    /** the status change that isn't finished, if any */
    pendingChangeId: uuid("pending_change_id"),
    pendingStatus: text("pending_status", { enum: targetStatuses }),
    syncState: text("sync_state", { enum: ["idle", "held", "sending", "confirmed", "diverged", "failed"] })
      .notNull()
      .default("idle"),
    changeSequence: bigint("change_sequence", { mode: "number" }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    // ascending and scanned backwards, because "DESC NULLS LAST" wouldn't serve ORDER BY … DESC
    index("detections_feed").on(t.organisationId, t.occurredAt, t.id),
    index("detections_by_status").on(t.organisationId, t.status, t.occurredAt, t.id),
    index("detections_by_severity").on(t.organisationId, t.severity, t.occurredAt, t.id),
    index("detections_by_configuration").on(t.organisationId, t.configurationId, t.occurredAt, t.id),
    index("detections_changes").on(t.organisationId, t.changeSequence),
    index("detections_search").using("gin", t.organisationId, t.searchText.op("gin_trgm_ops")),
  ],
);

/** Read tickets: the order of reads of vendors and of deliveries. Each takes a number as it begins. */
export const readTickets = pgSequence("read_tickets");

/**
 * The alert behind a detection, as the vendor holds it; one row for each alert. This row alone decides whether an observation
 * brings something new, so an unchanged alert costs no write and no lock.
 */
export const detectionSources = organisationTable(
  "detection_sources",
  {
    detectionId: uuid("detection_id").notNull(),
    configurationId: uuid("configuration_id").notNull(),
    vendor: text("vendor").notNull(),
    /** SHA-256 of organisation, vendor, scope and the vendor's id; unique */
    identity: bytea("identity").notNull(),
    /** locates the alert at the vendor, in the vendor's format; null while unknown */
    ref: jsonb("ref").$type<Json>(),
    /** the last known status at the vendor */
    vendorStatus: text("vendor_status", { enum: statuses }).notNull(),
    /** SHA-256 of the fingerprint as last read from the vendor; null before the first read */
    contentHash: bytea("content_hash"),
    /**
     * The ticket of the read that brought this state (`read_tickets`). An older response never overwrites a newer one,
     * whatever the clocks say. 0 before the first read.
     */
    readTicket: bigint("read_ticket", { mode: "number" }).notNull().default(0),
    /** when that read began, by the database's clock */
    readAt: moment("read_at").notNull(),
    /** when a read first brought the alert */
    firstPolledAt: moment("first_polled_at"),
    /** when a webhook first brought the alert */
    firstDeliveredAt: moment("first_delivered_at"),
    /** orders deliveries of the alert by the vendor's own times; this is the newest one's */
    webhookOrder: text("webhook_order"),
    /** the ticket taken when a delivery first brought the alert; a later read should find it */
    webhookTicket: bigint("webhook_ticket", { mode: "number" }),
    /** the number of complete reads since then that didn't find the alert */
    missedPolls: smallint("missed_polls").notNull().default(0),
    /** the alert as last read from the vendor, gzipped; null before the first read */
    raw: bytea("raw"),
    /** the alert as the webhook brought it, gzipped */
    webhookRaw: bytea("webhook_raw"),
    /** what is shown: the two observations below combined */
    normalised: jsonb("normalised").$type<NormalisedDetection>().notNull(),
    /** the last read, if a webhook brought the alert too; otherwise `normalised` is that */
    polled: jsonb("polled").$type<NormalisedDetection>(),
    /** the last delivery, if the vendor was read too; otherwise `normalised` is that */
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
  ],
);

/** The timeline: every change of a detection, by whom and from where. */
export const detectionEvents = organisationTable(
  "detection_events",
  {
    id: uuid("id").notNull(),
    detectionId: uuid("detection_id").notNull(),
    at: moment("at").notNull(),
    kind: text("kind").notNull(),
    /** the name of a person or a program */
    actor: text("actor").notNull(),
    source: text("source", { enum: eventSources }).notNull(),
    detail: jsonb("detail").$type<{ [key: string]: Json }>().notNull().default({}),
    note: text("note"),
    /** with `position`, the order within a detection; ids and clocks give none */
    changeSequence: bigint("change_sequence", { mode: "number" }).notNull(),
    position: integer("position").notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index("detection_events_of").on(t.organisationId, t.detectionId, t.changeSequence, t.position),
  ],
);

/** A status that somebody asked for: pending for Undo, then sent, then read back. */
export const statusChanges = organisationTable(
  "status_changes",
  {
    id: uuid("id").notNull(),
    detectionId: uuid("detection_id").notNull(),
    configurationId: uuid("configuration_id").notNull(),
    /** copied from the detection, to find the last note on an alert of the same type and resource */
    alertType: text("alert_type").notNull(),
    resourceName: text("resource_name").notNull(),
    fromStatus: text("from_status", { enum: statuses }).notNull(),
    toStatus: text("to_status", { enum: targetStatuses }).notNull(),
    note: text("note"),
    state: text("state", {
      enum: ["held", "sending", "confirmed", "diverged", "failed", "cancelled"],
    }).notNull(),
    requestedBy: text("requested_by").notNull(),
    requestedById: uuid("requested_by_id").notNull(),
    requestedAt: moment("requested_at").notNull(),
    /** set before the vendor is called; from then on a retry reads the alert before it writes */
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
  ],
);

/** Routing: the outbox, a queue of status changes to send. Ids, times and leases only. */
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
  (t) => [index("outbox_due").on(t.dueAt)],
);

/** The change number of a deleted detection, for readers that follow the change sequence. */
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

/** Counts of detections without samples, updated by a trigger in the same transaction. */
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
