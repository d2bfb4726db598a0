import { sql } from "drizzle-orm";
import { boolean, check, index, integer, jsonb, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { outgoingStates, outgoingTypes } from "#lib/domain/outgoing.ts";
import type { Requester } from "#lib/domain/requester.ts";
import { namedSeverities } from "#lib/domain/severity.ts";
import { bytea, moment } from "./columns.ts";
import { organisationTable } from "./table.ts";

/** The outgoing webhook of an organisation. An organisation has at most one. */
export const outgoingWebhooks = organisationTable(
  "outgoing_webhooks",
  {
    /** the host of the webhook's address, with the port unless it is 443 */
    host: text("host").notNull(),
    addressSealed: bytea("address_sealed").notNull(),
    severities: text("severities", { enum: namedSeverities }).array().notNull(),
    isOn: boolean("is_on").notNull(),
    /** why PocketSOC switched the webhook off; null unless PocketSOC did */
    offBecause: text("off_because"),
    secretSealed: bytea("secret_sealed").notNull(),
    /** the first characters of the signing secret */
    secretHint: text("secret_hint").notNull(),
    secretMadeAt: moment("secret_made_at").notNull(),
    /** the previous signing secret; until `earlierSecretUntil`, events are signed with it too */
    earlierSecretSealed: bytea("earlier_secret_sealed"),
    earlierSecretUntil: moment("earlier_secret_until"),
    /**
     * when the address, the severities or the switch last changed; responses to earlier events can't switch the webhook off
     */
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

/**
 * An event for the outgoing webhook, and the state of its delivery. There is one row for each type and subject. PocketSOC
 * builds the event's body when it posts the event.
 */
export const outgoingDeliveries = organisationTable(
  "outgoing_deliveries",
  {
    /** the event's id; every attempt sends this id as the message id of Standard Webhooks */
    id: uuid("id").notNull(),
    type: text("type", { enum: outgoingTypes }).notNull(),
    /** the id of a detection or an alarm; for a test, this row's own id */
    subjectId: uuid("subject_id").notNull(),
    /** the configuration of the subject; null for a test */
    configurationId: uuid("configuration_id"),
    /** a sentence on what happened to the configuration; null for other events */
    reason: text("reason"),
    createdAt: moment("created_at").notNull(),
    /** who asked for the test, or to send the event again; null for an event that nobody asked for */
    requester: jsonb("requester").$type<Requester>(),
    state: text("state", { enum: outgoingStates }).notNull().default("waiting"),
    attempts: integer("attempts").notNull().default(0),
    attemptedAt: moment("attempted_at"),
    nextTryAt: moment("next_try_at"),
    /** the HTTP status of the last response */
    status: integer("status"),
    /** a sentence on why the last attempt failed */
    problem: text("problem"),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    unique("outgoing_deliveries_once").on(t.organisationId, t.type, t.subjectId),
    index("outgoing_deliveries_recent").on(t.organisationId, t.createdAt),
  ],
);
