import { sql } from "drizzle-orm";
import { boolean, check, index, integer, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { outgoingStates, outgoingTypes } from "#lib/domain/outgoing.ts";
import { namedSeverities } from "#lib/domain/severity.ts";
import { bytea, moment } from "./columns.ts";
import { organisationTable } from "./table.ts";

/** An organisation's outgoing webhook. It has one at most. */
export const outgoingWebhooks = organisationTable(
  "outgoing_webhooks",
  {
    /** with its port where that isn't 443; the rest of the address may hold a key of the receiver's */
    host: text("host").notNull(),
    addressSealed: bytea("address_sealed").notNull(),
    severities: text("severities", { enum: namedSeverities }).array().notNull(),
    isOn: boolean("is_on").notNull(),
    /** why PocketSOC switched it off, in words; null: a person did, or it is on */
    offBecause: text("off_because"),
    secretSealed: bytea("secret_sealed").notNull(),
    /** its first characters */
    secretHint: text("secret_hint").notNull(),
    secretMadeAt: moment("secret_made_at").notNull(),
    /** the secret before this one; it signs too until `earlierSecretUntil` */
    earlierSecretSealed: bytea("earlier_secret_sealed"),
    earlierSecretUntil: moment("earlier_secret_until"),
    /** when address, severities or switch were last changed; an answer to an earlier state switches nothing off */
    changedAt: moment("changed_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId] }),
    check(
      "outgoing_webhooks_earlier",
      sql`(${t.earlierSecretSealed} IS NULL) = (${t.earlierSecretUntil} IS NULL)`,
    ),
  ],
);

/** An event for the outgoing webhook, one for each type and subject, and how far it has come. Its body is made when it is posted. */
export const outgoingDeliveries = organisationTable(
  "outgoing_deliveries",
  {
    /** also the id of the message in Standard Webhooks, the same at every attempt */
    id: uuid("id").notNull(),
    type: text("type", { enum: outgoingTypes }).notNull(),
    /** a detection, an alarm or, of a test, this row */
    subjectId: uuid("subject_id").notNull(),
    /** null for a test */
    configurationId: uuid("configuration_id"),
    /** what happened to the configuration, in a sentence */
    reason: text("reason"),
    createdAt: moment("created_at").notNull(),
    state: text("state", { enum: outgoingStates }).notNull().default("waiting"),
    attempts: integer("attempts").notNull().default(0),
    attemptedAt: moment("attempted_at"),
    nextTryAt: moment("next_try_at"),
    /** HTTP status of the last answer */
    status: integer("status"),
    /** why the last attempt failed, in words */
    problem: text("problem"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    unique("outgoing_deliveries_once").on(t.organisationId, t.type, t.subjectId),
    index("outgoing_deliveries_recent").on(t.organisationId, t.createdAt),
  ],
);
