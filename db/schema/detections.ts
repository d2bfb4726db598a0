// long: what one detection consists of: the row that lists show, what vendors say, and the timeline
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
import { boxes } from "#lib/domain/box.ts";
import type { Json, NormalisedDetection } from "#lib/domain/detection.ts";
import { severities } from "#lib/domain/severity.ts";
import { statuses, targetStatuses } from "#lib/domain/status.ts";
import { judgedHow, reasons, verdicts } from "#lib/domain/verdict.ts";
import { timelineKinds } from "#lib/domain/timeline.ts";
import { bytea, moment } from "./columns.ts";
import { configurations } from "./configurations.ts";
import { users } from "./people.ts";
import { names, namesGlobal, organisationTable } from "./table.ts";

/** Where a change in a detection's timeline can come from. */
export const eventSources = ["portal", "api", "vendor", "worker", "webhook"] as const;

/**
 * Detections, with the columns that lists show and filter by. A transaction that changes a detection must lock this row
 * first.
 */
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
    /**
     * the feed's sort key: the time when the alert was raised; if unknown, when its activity began; if also unknown, when
     * PocketSOC stored it
     */
    occurredAt: moment("occurred_at").notNull(),
    receivedAt: moment("received_at").notNull(),
    /** the text that search looks in, in lower case */
    searchText: text("search_text").notNull(),
    /** the owner: the person who acknowledged the detection or took it over */
    ownerId: uuid("owner_id"),
    ownedSince: moment("owned_since"),
    /** who owned the alert until they were silent for too long, while nobody has owned it since */
    silentOwnerId: uuid("silent_owner_id"),
    /** when the owner was last reminded that they have been silent */
    remindedAt: moment("reminded_at"),
    /** the person to whom the alert is offered, whoever owns it; null if nobody offered it */
    offeredToId: uuid("offered_to_id"),
    offeredAt: moment("offered_at"),
    /** the person who was notified last and passed the alert on ("not me"), while nobody has owned it since */
    passedById: uuid("passed_by_id"),
    /** the number of its comments */
    commentCount: integer("comment_count").notNull().default(0),
    /** what the team's ticket about it is called: a number such as INC0012345, or an https address */
    reference: text("reference"),
    /** what a person, a rule or the vendor judged the alert to be; null if nobody did */
    verdict: text("verdict", { enum: verdicts }),
    reason: text("reason", { enum: reasons }),
    /** the name of the person or program that judged it */
    judgedBy: text("judged_by"),
    judgedAt: moment("judged_at"),
    judgedHow: text("judged_how", { enum: judgedHow }),
    /** whether the alert was old when its configuration was first polled, or first polled again after a long gap */
    isBacklog: boolean("is_backlog").notNull().default(false),
    /** the one box that the detection is in; the first that applies wins, and a pending status counts as done */
    box: text("box", { enum: boxes })
      .notNull()
      .generatedAlwaysAs(
        sql`CASE
          WHEN is_sample THEN 'sample'
          WHEN coalesce(pending_status, status) IN ('dismissed', 'resolved') THEN 'closed'
          WHEN owner_id IS NOT NULL OR coalesce(pending_status, status) = 'in_progress' THEN 'owned'
          WHEN is_backlog THEN 'backlog'
          WHEN severity = 'informational' THEN 'information'
          ELSE 'triage'
        END`,
      ),
    /** the id of the unfinished status change; null if there is none */
    pendingChangeId: uuid("pending_change_id"),
    pendingStatus: text("pending_status", { enum: targetStatuses }),
    syncState: text("sync_state", { enum: ["idle", "held", "sending", "confirmed", "diverged", "failed"] })
      .notNull()
      .default("idle"),
    /** how many times the vendor reopened the alert; each time it notifies like a new one */
    notifyRound: integer("notify_round").notNull().default(0),
    changeSequence: bigint("change_sequence", { mode: "number" }).notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index("detections_owned")
      .on(t.organisationId, t.ownerId, t.configurationId)
      .where(sql`owner_id is not null and box = 'owned'`),
    index("detections_offered")
      .on(t.organisationId, t.offeredToId, t.configurationId)
      .where(sql`offered_to_id is not null`),
    index("detections_reference")
      .on(t.organisationId, sql`lower(${t.reference}) text_pattern_ops`)
      .where(sql`reference is not null`),
    // what precedents are looked up by
    index("detections_precedents")
      .on(t.organisationId, t.alertType, t.resourceName, t.judgedAt)
      .where(sql`judged_at is not null`),
    index("detections_by_resource").on(t.organisationId, t.resourceName, t.occurredAt),
    // ascending and scanned backwards, because "DESC NULLS LAST" wouldn't serve ORDER BY … DESC
    index("detections_feed").on(t.organisationId, t.occurredAt, t.id),
    index("detections_by_status").on(t.organisationId, t.status, t.occurredAt, t.id),
    index("detections_by_severity").on(t.organisationId, t.severity, t.occurredAt, t.id),
    index("detections_by_configuration").on(t.organisationId, t.configurationId, t.occurredAt, t.id),
    index("detections_by_box").on(t.organisationId, t.box, t.severityRank, t.occurredAt, t.id),
    index("detections_not_saved")
      .on(t.organisationId, t.configurationId)
      .where(sql`sync_state in ('diverged', 'failed')`),
    index("detections_changes").on(t.organisationId, t.changeSequence),
    index("detections_search").using("gin", t.organisationId, t.searchText.op("gin_trgm_ops")),
    check("detections_owner", sql`(${t.ownerId} IS NULL) = (${t.ownedSince} IS NULL)`),
    check("detections_silent", sql`${t.silentOwnerId} IS NULL OR ${t.ownerId} IS NULL`),
    check("detections_offer", sql`(${t.offeredToId} IS NULL) = (${t.offeredAt} IS NULL)`),
    check("detections_passed", sql`${t.passedById} IS NULL OR ${t.ownerId} IS NULL`),
    check("detections_judged", sql`(${t.verdict} IS NULL) = (${t.judgedAt} IS NULL)`),
    names(t, t.configurationId, configurations),
    namesGlobal(t.ownerId, users),
    namesGlobal(t.silentOwnerId, users),
    namesGlobal(t.offeredToId, users),
    namesGlobal(t.passedById, users),
  ],
);

/** The sequence of read tickets. Each read of a vendor and each delivery takes a number when it begins. */
export const readTickets = pgSequence("read_tickets");

/**
 * What the vendor says about the alert of a detection, one row for each alert. This row alone decides whether an observation
 * is new.
 */
export const detectionSources = organisationTable(
  "detection_sources",
  {
    detectionId: uuid("detection_id").notNull(),
    configurationId: uuid("configuration_id").notNull(),
    vendor: text("vendor").notNull(),
    /** SHA-256 of organisation, vendor, scope and the vendor's id of the alert; unique */
    identity: bytea("identity").notNull(),
    /** locates the alert at the vendor, in the vendor's format; null while unknown */
    ref: jsonb("ref").$type<Json>(),
    /** the alert's last known status at the vendor */
    vendorStatus: text("vendor_status", { enum: statuses }).notNull(),
    /** SHA-256 of the fingerprint as last read from the vendor; null before the first read */
    contentHash: bytea("content_hash"),
    /**
     * the ticket of the read that brought this row's values; an answer with a lower ticket never overwrites them; 0 before
     * the first read
     */
    readTicket: bigint("read_ticket", { mode: "number" }).notNull().default(0),
    /** when the read in `readTicket` began, by the database's clock */
    readAt: moment("read_at").notNull(),
    /** when a poll first brought the alert */
    firstPolledAt: moment("first_polled_at"),
    /** when the webhook first brought the alert; null if it never did */
    firstDeliveredAt: moment("first_delivered_at"),
    /** the sort key of the alert's newest delivery: the vendor's time, the status and the fingerprint's hash */
    webhookOrder: text("webhook_order"),
    /** a ticket taken at the alert's first delivery; polls with a higher ticket should find the alert */
    webhookTicket: bigint("webhook_ticket", { mode: "number" }),
    /** the number of complete polls that should have found the alert but didn't */
    missedPolls: smallint("missed_polls").notNull().default(0),
    /** the alert as last read from the vendor, gzipped; null before the first read */
    raw: bytea("raw"),
    /** the alert as the webhook brought it, gzipped */
    webhookRaw: bytea("webhook_raw"),
    /** the detection that PocketSOC shows, combined from the last read and the last delivery */
    normalised: jsonb("normalised").$type<NormalisedDetection>().notNull(),
    /** the detection from the last read; null unless both a read and the webhook brought the alert */
    polled: jsonb("polled").$type<NormalisedDetection>(),
    /** the detection from the last delivery; null unless both a read and the webhook brought the alert */
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

/** The timeline: every change of a detection, who made the change, and where it came from. */
export const detectionEvents = organisationTable(
  "detection_events",
  {
    id: uuid("id").notNull(),
    detectionId: uuid("detection_id").notNull(),
    at: moment("at").notNull(),
    kind: text("kind", { enum: timelineKinds }).notNull(),
    /** the name of the person or program that made the change */
    actor: text("actor").notNull(),
    source: text("source", { enum: eventSources }).notNull(),
    detail: jsonb("detail").$type<{ [key: string]: Json }>().notNull().default({}),
    note: text("note"),
    /** the entry's change number; entries of one detection are sorted by this number and then by `position` */
    changeSequence: bigint("change_sequence", { mode: "number" }).notNull(),
    position: integer("position").notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index("detection_events_of").on(t.organisationId, t.detectionId, t.changeSequence, t.position),
    names(t, t.detectionId, detections),
  ],
);

/** The change numbers of deleted detections, so that readers of the change sequence notice the deletions. */
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

/**
 * The number of detections by configuration, box, severity and status. A trigger updates the counts in the transaction that
 * changes the detections.
 */
export const detectionCounts = organisationTable(
  "detection_counts",
  {
    configurationId: uuid("configuration_id").notNull(),
    box: text("box", { enum: boxes }).notNull(),
    severity: text("severity", { enum: severities }).notNull(),
    status: text("status", { enum: statuses }).notNull(),
    count: bigint("count", { mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.configurationId, t.box, t.severity, t.status] })],
);
