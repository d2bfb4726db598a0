import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { deliveryOutcomes, deliverySchemas } from "#lib/domain/delivery.ts";
import { bytea, moment, organisationId } from "./columns.ts";
import { configurations } from "./configurations.ts";
import { users } from "./people.ts";
import { names, namesGlobal, organisationTable, routingTable } from "./table.ts";

/** Routing: a webhook's token finds its organisation; its keyed hash, and a sealed copy to show again. */
export const webhookTokens = routingTable(
  "webhook_tokens",
  {
    id: uuid("id").primaryKey(),
    organisationId: organisationId(),
    /** which webhook it opens: the last segment of its address */
    webhook: text("webhook").notNull(),
    tokenHash: bytea("token_hash").notNull(),
    /** the key of the keyring that the hash was made with */
    hashKeyId: text("hash_key_id").notNull(),
    sealed: bytea("sealed").notNull(),
    createdAt: moment("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    /** set once another one was made: until then both work */
    expiresAt: moment("expires_at"),
    revokedAt: moment("revoked_at"),
    lastUsedAt: moment("last_used_at"),
    lastHeartbeatAt: moment("last_heartbeat_at"),
  },
  (t) => [unique("webhook_tokens_hash").on(t.tokenHash), index("webhook_tokens_of").on(t.organisationId)],
);

/**
 * Routing: deliveries that wait to be merged. The row is the queue: one INSERT at the door, taken away in the
 * transaction that merges it. The body is gzipped and sealed.
 */
export const inbox = routingTable(
  "inbox",
  {
    /** first come, first merged; what comes of a delivery doesn't depend on it */
    arrival: bigint("arrival", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    id: uuid("id").notNull(),
    organisationId: organisationId(),
    webhook: text("webhook").notNull(),
    tokenId: uuid("token_id").notNull(),
    receivedAt: moment("received_at").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    headers: jsonb("headers").$type<Record<string, string>>().notNull(),
    body: bytea("body").notNull(),
    /** why the door refused it; kept so that an admin sees it */
    refused: text("refused"),
    replayedBy: text("replayed_by"),
    dueAt: timestamp("due_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
    attempts: integer("attempts").notNull().default(0),
  },
  (t) => [unique("inbox_id").on(t.id), index("inbox_due").on(t.organisationId, t.arrival)],
);

/** Routing: calls of a webhook with a token that isn't good, counted by the hour; which one, where it was ours. */
export const webhookRefusals = routingTable(
  "webhook_refusals",
  {
    hour: moment("hour").notNull(),
    /** the nil UUID for a token that was never ours */
    tokenId: uuid("token_id").notNull(),
    count: integer("count").notNull(),
  },
  (t) => [primaryKey({ columns: [t.hour, t.tokenId] })],
);

/** What arrived by webhook, and what became of it. */
export const deliveries = organisationTable(
  "deliveries",
  {
    id: uuid("id").notNull(),
    webhook: text("webhook").notNull(),
    tokenId: uuid("token_id").notNull(),
    receivedAt: moment("received_at").notNull(),
    mergedAt: moment("merged_at").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    headers: jsonb("headers").$type<Record<string, string>>().notNull(),
    /** gzipped; of one that the door refused, the first 64 KiB */
    body: bytea("body").notNull(),
    schema: text("schema", { enum: deliverySchemas }).notNull(),
    outcome: text("outcome", { enum: deliveryOutcomes }).notNull(),
    /** why it isn't accepted, or what was odd about it, in words */
    reason: text("reason"),
    /** text had to be mended before it could be read: bytes that are no UTF-8, a name given twice, … */
    mended: boolean("mended").notNull().default(false),
    /** the scope that it names; of several, one that nobody claims */
    scopeId: text("scope_id"),
    /** those that its alerts name and no enabled configuration claims */
    unclaimedScopeIds: text("unclaimed_scope_ids").array().notNull().default([]),
    configurationId: uuid("configuration_id"),
    detectionIds: uuid("detection_ids").array().notNull(),
    replayedBy: text("replayed_by"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index("deliveries_newest").on(t.organisationId, t.receivedAt, t.id),
    index("deliveries_unclaimed").on(t.organisationId, t.id).where(sql`outcome = 'unclaimed'`),
  ],
);

/** What a configuration was last heard by webhook. */
export const webhookHealth = organisationTable(
  "webhook_health",
  {
    configurationId: uuid("configuration_id").notNull(),
    /** by an alert or the heartbeat */
    firstHeardAt: moment("first_heard_at"),
    lastAlertAt: moment("last_alert_at"),
    lastHeartbeatAt: moment("last_heartbeat_at"),
    /** alerts that reads found since, and that the webhook should have brought by then; as of the last read */
    missedCount: integer("missed_count").notNull().default(0),
    missedSince: moment("missed_since"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.configurationId] }),
    names(t, t.configurationId, configurations),
  ],
);

/** A run of the pipe test: what Azure was asked, and when; the hops are read from the detections. */
export const pipeTests = organisationTable(
  "pipe_tests",
  {
    id: uuid("id").notNull(),
    configurationId: uuid("configuration_id").notNull(),
    startedAt: moment("started_at").notNull(),
    startedBy: text("started_by").notNull(),
    /** whose phone the samples ring */
    startedById: uuid("started_by_id"),
    /** when Azure took the request for samples; null while it hasn't, or when they are made in its portal */
    acceptedAt: moment("accepted_at"),
    problemCode: text("problem_code"),
    problemMessage: text("problem_message"),
    problemRemedy: text("problem_remedy"),
    clearedAt: moment("cleared_at"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index("pipe_tests_of").on(t.organisationId, t.configurationId, t.startedAt),
    names(t, t.configurationId, configurations),
    namesGlobal(t.startedById, users),
  ],
);
