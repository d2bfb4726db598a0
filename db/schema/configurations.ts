import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import type { Json } from "#lib/domain/detection.ts";
import { bytea, moment, organisationId } from "./columns.ts";
import { users } from "./people.ts";
import { names, namesGlobal, organisationTable, routingTable } from "./table.ts";

/** Who calls the vendor: an application, or each person with their own account. */
const actors = ["application", "person"] as const;

/** An organisation's data keys, each wrapped by a key of the keyring. The newest one that opens is used to write. */
export const dataKeys = organisationTable(
  "data_keys",
  {
    id: uuid("id").notNull(),
    wrapped: bytea("wrapped").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.id] })],
);

/**
 * What an application proves itself with at an authority. Several configurations may share one. A `public` application has no
 * proof; people sign in through it.
 */
export const credentials = organisationTable(
  "credentials",
  {
    id: uuid("id").notNull(),
    /** the authority that signs callers in; its vendors may share the credential */
    authority: text("authority").notNull(),
    /** the application's ids at the authority; for Microsoft, the directory id and the client id */
    application: jsonb("application").$type<Readonly<Record<string, string>>>().notNull(),
    kind: text("kind", { enum: ["secret", "certificate", "public"] })
      .notNull()
      .default("secret"),
    /** the secret, or the certificate's private key in PEM; null for `public` */
    secretSealed: bytea("secret_sealed"),
    /** the secret's first three characters, or the beginning of the certificate's thumbprint */
    secretHint: text("secret_hint").notNull(),
    /** the public certificate in PEM; only for `certificate` */
    certificate: text("certificate"),
    secretExpiresOn: date("secret_expires_on", { mode: "string" }),
    secretSetAt: moment("secret_set_at").notNull(),
    secretSetBy: uuid("secret_set_by").notNull(),
    /** increases with each replacement, so that a poll with the old secret can't record a problem for the new one */
    revision: integer("revision").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    check(
      "credentials_proof",
      sql`(${t.secretSealed} IS NOT NULL) = (${t.kind} <> 'public')
        AND (${t.certificate} IS NOT NULL) = (${t.kind} = 'certificate')`,
    ),
    namesGlobal(t.secretSetBy, users),
  ],
);

/** A vendor configuration: one scope of one vendor, how it is reached and how often it is polled. */
export const configurations = organisationTable(
  "configurations",
  {
    id: uuid("id").notNull(),
    vendor: text("vendor").notNull(),
    displayName: text("display_name").notNull(),
    /** the vendor's id of the way to sign in; it decides the two columns below */
    authType: text("auth_type").notNull(),
    /** whose permissions it is read with */
    readAs: text("read_as", { enum: actors }).notNull().default("application"),
    /** in whose name status changes are made at the vendor */
    writeAs: text("write_as", { enum: actors }).notNull().default("application"),
    /** null once it is deleted: what it signed in with goes at once */
    credentialId: uuid("credential_id"),
    cloud: text("cloud").notNull(),
    /** the vendor's scope, in lower case */
    scopeId: text("scope_id").notNull(),
    /** the values of the vendor's own form fields that aren't secret */
    connection: jsonb("connection").$type<{ [key: string]: Json }>().notNull().default({}),
    pollIntervalSeconds: integer("poll_interval_seconds").notNull().default(60),
    /** where the next poll continues, in the vendor's format; null means from the beginning */
    pollCursor: jsonb("poll_cursor").$type<Json>(),
    disabledAt: moment("disabled_at"),
    /** when an admin deleted it; nobody sees it any more, and a job deletes its rows */
    deletedAt: moment("deleted_at"),
    /** what verification found: names, plans and permissions */
    facts: jsonb("facts").$type<{ [key: string]: Json }>().notNull().default({}),
    verifiedAt: moment("verified_at"),
    lastGoodSyncAt: moment("last_good_sync_at"),
    lastAttemptAt: moment("last_attempt_at"),
    failuresInARow: integer("failures_in_a_row").notNull().default(0),
    problemCode: text("problem_code"),
    problemMessage: text("problem_message"),
    problemRemedy: text("problem_remedy"),
    problemSince: moment("problem_since"),
    /** a retry may succeed */
    problemPasses: boolean("problem_passes").notNull().default(false),
    createdAt: moment("created_at").notNull().defaultNow(),
    createdBy: uuid("created_by").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    unique("configurations_scope").on(t.organisationId, t.vendor, t.scopeId, t.cloud),
    check("configurations_write_as", sql`${t.readAs} <> 'person' OR ${t.writeAs} = 'person'`),
    check("configurations_credential", sql`(${t.credentialId} IS NULL) = (${t.deletedAt} IS NOT NULL)`),
    index("configurations_by_credential").on(t.organisationId, t.credentialId),
    names(t, t.credentialId, credentials),
    namesGlobal(t.createdBy, users),
  ],
);

/** Certificates created or pasted in the portal that aren't in use yet, because the vendor may not know them. */
export const preparedCertificates = organisationTable(
  "prepared_certificates",
  {
    id: uuid("id").notNull(),
    /** the public certificate in PEM */
    certificate: text("certificate").notNull(),
    /** the private key in PEM, sealed */
    keySealed: bytea("key_sealed").notNull(),
    /** SHA-1 of the certificate in hex */
    thumbprint: text("thumbprint").notNull(),
    expiresOn: date("expires_on", { mode: "string" }).notNull(),
    /** the credential whose certificate it will replace; null for a new credential */
    credentialId: uuid("credential_id"),
    createdAt: moment("created_at").notNull().defaultNow(),
    createdBy: uuid("created_by").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index("prepared_certificates_for").on(t.organisationId, t.credentialId),
    names(t, t.credentialId, credentials),
    namesGlobal(t.createdBy, users),
  ],
);

/** Routing: rate limits of vendors. A row holds the next turn under one limit, keyed by the hash of its name. */
export const vendorTurns = routingTable("vendor_turns", {
  nameHash: bytea("name_hash").primaryKey(),
  /** when the next turn would be, without bursts */
  nextAt: moment("next_at").notNull(),
});

/** Routing: the queue of polls: when each configuration is due, and its lease. */
export const pollTargets = routingTable(
  "poll_targets",
  {
    configurationId: uuid("configuration_id").primaryKey(),
    organisationId: organisationId(),
    dueAt: moment("due_at").notNull(),
    /** earliest time of the next poll, even on request: the vendor asked to wait, or it has just been polled */
    notBefore: moment("not_before"),
    leasedUntil: moment("leased_until"),
    leaseToken: uuid("lease_token"),
  },
  (t) => [index("poll_targets_due").on(t.dueAt), names(t, t.configurationId, configurations)],
);

/** Verifications whose page was closed while they ran. Their results aren't saved. */
export const abandonedRuns = organisationTable(
  "abandoned_runs",
  {
    id: uuid("id").notNull(),
    at: moment("at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.id] })],
);

/** Alerts that a poll couldn't use, with a reason for the admin. */
export const skippedAlerts = organisationTable(
  "skipped_alerts",
  {
    configurationId: uuid("configuration_id").notNull(),
    bodyHash: bytea("body_hash").notNull(),
    reason: text("reason").notNull(),
    /** the first 64 KiB, gzipped */
    body: bytea("body").notNull(),
    firstSeenAt: moment("first_seen_at").notNull().defaultNow(),
    lastSeenAt: moment("last_seen_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.configurationId, t.bodyHash] }),
    names(t, t.configurationId, configurations),
  ],
);
