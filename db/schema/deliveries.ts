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
import { deliveryOutcomes } from "#lib/domain/delivery.ts";
import type { Requester } from "#lib/domain/requester.ts";
import { bytea, moment, organisationId } from "./columns.ts";
import { configurations } from "./configurations.ts";
import { users } from "./people.ts";
import { names, namesGlobal, organisationTable, routingTable } from "./table.ts";

/**
 * Webhook tokens. The receiver finds the organisation by a token's keyed hash. Admins can see the URL again because the
 * sealed token is stored too.
 */
export const webhookTokens = routingTable(
  "webhook_tokens",
  {
    id: uuid("id").primaryKey(),
    organisationId: organisationId(),
    /** the webhook that the token is for; it is the last part of that webhook's address */
    webhook: text("webhook").notNull(),
    tokenHash: bytea("token_hash").notNull(),
    /** the id of the key that made the hash; the key is in the keyring */
    hashKeyId: text("hash_key_id").notNull(),
    sealed: bytea("sealed").notNull(),
    createdAt: moment("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    /** when the token expires; null until a newer token is created; until it expires, both tokens work */
    expiresAt: moment("expires_at"),
    revokedAt: moment("revoked_at"),
    lastUsedAt: moment("last_used_at"),
    lastHeartbeatAt: moment("last_heartbeat_at"),
  },
  (t) => [unique("webhook_tokens_hash").on(t.tokenHash), index("webhook_tokens_of").on(t.organisationId)],
);

/**
 * Deliveries that wait to be merged. The receiver inserts a row, and the transaction that merges the delivery deletes it.
 * The body is gzipped and sealed.
 */
export const inbox = routingTable(
  "inbox",
  {
    /** the order in which deliveries are merged; the result doesn't depend on this order */
    arrival: bigint("arrival", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    id: uuid("id").notNull(),
    organisationId: organisationId(),
    webhook: text("webhook").notNull(),
    tokenId: uuid("token_id").notNull(),
    receivedAt: moment("received_at").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    headers: jsonb("headers").$type<Record<string, string>>().notNull(),
    body: bytea("body").notNull(),
    /** a sentence that tells the admin why the receiver rejected the delivery; null for other deliveries */
    refused: text("refused"),
    replayedBy: text("replayed_by"),
    /** the person who asked for the replay; null for a delivery that arrives, and for a replay by PocketSOC itself */
    requester: jsonb("requester").$type<Requester>(),
    dueAt: timestamp("due_at", { withTimezone: true, mode: "date" }).notNull().defaultNow(),
    attempts: integer("attempts").notNull().default(0),
  },
  (t) => [unique("inbox_id").on(t.id), index("inbox_due").on(t.organisationId, t.arrival)],
);

/** The number of webhook requests with an invalid token, by hour and token. */
export const webhookRefusals = routingTable(
  "webhook_refusals",
  {
    hour: moment("hour").notNull(),
    /** the token's id; the nil UUID if PocketSOC never issued the token */
    tokenId: uuid("token_id").notNull(),
    count: integer("count").notNull(),
  },
  (t) => [primaryKey({ columns: [t.hour, t.tokenId] })],
);

/** The deliveries that were merged or rejected, with their outcomes. */
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
    /** the body, gzipped; only the first 64 KiB if the receiver rejected the delivery */
    body: bytea("body").notNull(),
    /** the delivery's format: one of `webhook.schemas` of the vendor's manifest, `heartbeat` or `unknown` */
    schema: text("schema").notNull(),
    outcome: text("outcome", { enum: deliveryOutcomes }).notNull(),
    /** a sentence that says why the delivery wasn't accepted or what was unusual about it */
    reason: text("reason"),
    /** whether the body had to be repaired before parsing, for instance because of invalid UTF-8 or a duplicate name */
    mended: boolean("mended").notNull().default(false),
    /** the scope of the delivery's alerts; if there are several scopes, an unclaimed one */
    scopeId: text("scope_id"),
    /** those scopes of the delivery's alerts that no enabled configuration reads */
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

/** When the webhook last brought an alert or a heartbeat for a configuration, and how many alerts the webhook missed. */
export const webhookHealth = organisationTable(
  "webhook_health",
  {
    configurationId: uuid("configuration_id").notNull(),
    /** when the webhook first brought an alert or a heartbeat */
    firstHeardAt: moment("first_heard_at"),
    lastAlertAt: moment("last_alert_at"),
    lastHeartbeatAt: moment("last_heartbeat_at"),
    /**
     * how many alerts the webhook should have brought since its last alert but only polls found; polls update this number
     */
    missedCount: integer("missed_count").notNull().default(0),
    missedSince: moment("missed_since"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.configurationId] }),
    names(t, t.configurationId, configurations),
  ],
);

/** A pipe test: when it started and what the vendor answered. The detections of its samples have the other times. */
export const pipeTests = organisationTable(
  "pipe_tests",
  {
    id: uuid("id").notNull(),
    configurationId: uuid("configuration_id").notNull(),
    startedAt: moment("started_at").notNull(),
    startedBy: text("started_by").notNull(),
    /** the person who is notified of the samples */
    startedById: uuid("started_by_id"),
    /** when the vendor accepted the request for samples; null before that, or if a person creates the samples by hand */
    acceptedAt: moment("accepted_at"),
    problemCode: text("problem_code"),
    problemMessage: text("problem_message"),
    problemRemedy: text("problem_remedy"),
    /** whether a person creates the samples at the vendor, and the vendor wasn't asked */
    byHand: boolean("by_hand").notNull().default(false),
    /** when the test ended; null while it runs, and if nobody followed it to its end */
    endedAt: moment("ended_at"),
    /** whether somebody stopped the test; its later samples then notify nobody on its account */
    isStopped: boolean("is_stopped").notNull().default(false),
    clearedAt: moment("cleared_at"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index("pipe_tests_of").on(t.organisationId, t.configurationId, t.startedAt),
    names(t, t.configurationId, configurations),
    namesGlobal(t.startedById, users),
  ],
);
