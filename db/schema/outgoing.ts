import { sql } from "drizzle-orm";
import { boolean, check, index, integer, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { outgoingStates, outgoingTypes } from "#lib/domain/outgoing.ts";
import { namedSeverities } from "#lib/domain/severity.ts";
import { bytea, moment } from "./columns.ts";
import { organisationTable } from "./table.ts";

/** Where an organisation has what happens posted to: one a piece. */
export const outgoingWebhooks = organisationTable(
  "outgoing_webhooks",
  {
    /** with its port where it isn't the usual; the rest of the address may hold a key of the receiver's */
    host: text("host").notNull(),
    addressSealed: bytea("address_sealed").notNull(),
    severities: text("severities", { enum: namedSeverities }).array().notNull(),
    isOn: boolean("is_on").notNull(),
    /** why PocketSOC switched it off by itself, in words */
    offBecause: text("off_because"),
    secretSealed: bytea("secret_sealed").notNull(),
    /** its first characters */
    secretHint: text("secret_hint").notNull(),
    secretMadeAt: moment("secret_made_at").notNull(),
    /** the secret before this one, which signs beside it until then */
    earlierSecretSealed: bytea("earlier_secret_sealed"),
    earlierSecretUntil: moment("earlier_secret_until"),
    /** address, severities or switch: who answers to another state of them answers too late */
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

/** What that webhook was told of, once a type and subject, and how far it came. What is said is made when it is sent. */
export const outgoingDeliveries = organisationTable(
  "outgoing_deliveries",
  {
    /** also the message's id in Standard Webhooks, the same at every attempt */
    id: uuid("id").notNull(),
    type: text("type", { enum: outgoingTypes }).notNull(),
    /** a detection, a notice of a configuration's trouble, or, of a test, this row */
    subjectId: uuid("subject_id").notNull(),
    /** null for a test */
    configurationId: uuid("configuration_id"),
    /** what happened to a configuration, in a sentence */
    reason: text("reason"),
    createdAt: moment("created_at").notNull(),
    state: text("state", { enum: outgoingStates }).notNull().default("waiting"),
    attempts: integer("attempts").notNull().default(0),
    attemptedAt: moment("attempted_at"),
    nextTryAt: moment("next_try_at"),
    /** that the receiver answered the last attempt with */
    status: integer("status"),
    /** what went wrong at the last attempt, in words */
    problem: text("problem"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    unique("outgoing_deliveries_once").on(t.organisationId, t.type, t.subjectId),
    index("outgoing_deliveries_recent").on(t.organisationId, t.createdAt),
  ],
);
