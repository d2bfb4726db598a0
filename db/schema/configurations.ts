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
import { environments } from "#lib/domain/environment.ts";
import { namedSeverities } from "#lib/domain/severity.ts";
import type { Json } from "#lib/domain/detection.ts";
import { bytea, holdsObject, moment, organisationId } from "./columns.ts";
import { users } from "./people.ts";
import { names, namesGlobal, organisationTable, routingTable } from "./table.ts";

/** Who signs in to the vendor: an application, or each person with their own account. */
const actors = ["application", "person"] as const;

/**
 * An organisation's data keys, each wrapped by a key of the keyring. The newest data key that can be unwrapped seals new
 * values.
 */
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
 * What an application signs in with at an authority. Several configurations may share one credential. A credential of kind
 * `public` has no secret; people sign in through its application.
 */
export const credentials = organisationTable(
  "credentials",
  {
    id: uuid("id").notNull(),
    /** the authority that signs callers in; all vendors of the same authority can share the credential */
    authority: text("authority").notNull(),
    /** the application's ids at the authority; for Microsoft, the directory id and the client id */
    application: jsonb("application").$type<Readonly<Record<string, string>>>().notNull(),
    kind: text("kind", { enum: ["secret", "certificate", "public"] })
      .notNull()
      .default("secret"),
    /** the sealed secret, or the sealed private key of the certificate in PEM; null if the kind is `public` */
    secretSealed: bytea("secret_sealed"),
    /** the secret's first three characters, or the beginning of the certificate's thumbprint */
    secretHint: text("secret_hint").notNull(),
    /** the public certificate in PEM; null unless the kind is `certificate` */
    certificate: text("certificate"),
    secretExpiresOn: date("secret_expires_on", { mode: "string" }),
    secretSetAt: moment("secret_set_at").notNull(),
    secretSetBy: uuid("secret_set_by").notNull(),
    /** increases when the secret is replaced, so that a poll with the old secret can't record a problem for the new one */
    revision: integer("revision").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    holdsObject("credentials_application", t.application),
    check(
      "credentials_proof",
      sql`(${t.secretSealed} IS NOT NULL) = (${t.kind} <> 'public')
        AND (${t.certificate} IS NOT NULL) = (${t.kind} = 'certificate')`,
    ),
    namesGlobal(t.secretSetBy, users),
  ],
);

/** A vendor configuration: one scope of one vendor, how the scope is reached and how often it is polled. */
export const configurations = organisationTable(
  "configurations",
  {
    id: uuid("id").notNull(),
    vendor: text("vendor").notNull(),
    displayName: text("display_name").notNull(),
    /** the kind of sign-in, an id from the vendor's manifest; it decides `readAs` and `writeAs` */
    authType: text("auth_type").notNull(),
    /** whose sign-in reads the configuration's alerts at the vendor */
    readAs: text("read_as", { enum: actors }).notNull().default("application"),
    /** whose sign-in changes a status at the vendor */
    writeAs: text("write_as", { enum: actors }).notNull().default("application"),
    /** null after the configuration was deleted */
    credentialId: uuid("credential_id"),
    cloud: text("cloud").notNull(),
    /** the scope's id at the vendor, in lower case */
    scopeId: text("scope_id").notNull(),
    /** the values of the configuration's vendor-specific fields that aren't secret */
    connection: jsonb("connection").$type<{ [key: string]: Json }>().notNull().default({}),
    /** alerts of a test environment never notify outside hours */
    environment: text("environment", { enum: environments }).notNull().default("production"),
    /** the severities of alerts that notify the team */
    notifyAbout: text("notify_about", { enum: namedSeverities })
      .array()
      .notNull()
      .default(["high", "medium"]),
    pollIntervalSeconds: integer("poll_interval_seconds").notNull().default(60),
    /** the cursor of the next poll, in the vendor's format; null means from the beginning */
    pollCursor: jsonb("poll_cursor").$type<Json>(),
    disabledAt: moment("disabled_at"),
    /** when an admin deleted the configuration; nobody sees it after that, and a job deletes its rows */
    deletedAt: moment("deleted_at"),
    /** what the verification found about the scope: names, plans and permissions */
    facts: jsonb("facts").$type<{ [key: string]: Json }>().notNull().default({}),
    verifiedAt: moment("verified_at"),
    lastGoodSyncAt: moment("last_good_sync_at"),
    lastAttemptAt: moment("last_attempt_at"),
    failuresInARow: integer("failures_in_a_row").notNull().default(0),
    problemCode: text("problem_code"),
    problemMessage: text("problem_message"),
    problemRemedy: text("problem_remedy"),
    problemSince: moment("problem_since"),
    /** whether a retry may succeed, because the problem may pass by itself */
    problemPasses: boolean("problem_passes").notNull().default(false),
    createdAt: moment("created_at").notNull().defaultNow(),
    createdBy: uuid("created_by").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    unique("configurations_scope").on(t.organisationId, t.vendor, t.scopeId, t.cloud),
    holdsObject("configurations_facts", t.facts),
    check("configurations_write_as", sql`${t.readAs} <> 'person' OR ${t.writeAs} = 'person'`),
    check("configurations_credential", sql`(${t.credentialId} IS NULL) = (${t.deletedAt} IS NOT NULL)`),
    index("configurations_by_credential").on(t.organisationId, t.credentialId),
    names(t, t.credentialId, credentials),
    namesGlobal(t.createdBy, users),
  ],
);

/**
 * Certificates that were created or pasted in the portal and aren't in use yet. An admin may still have to upload them at
 * the vendor.
 */
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
    /** the credential whose certificate this one will replace; null if it is for a new credential */
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

/** The shared state of the rate limits for requests to vendors. The key of a rate limit is the hash of its name. */
export const vendorTurns = routingTable("vendor_turns", {
  nameHash: bytea("name_hash").primaryKey(),
  /** when the next request would be allowed if the rate limit allowed no bursts */
  nextAt: moment("next_at").notNull(),
});

/** The queue of polls: when each configuration is due to be polled, and the row's lease. */
export const pollTargets = routingTable(
  "poll_targets",
  {
    configurationId: uuid("configuration_id").primaryKey(),
    organisationId: organisationId(),
    dueAt: moment("due_at").notNull(),
    /** the earliest time of the next poll; a request for a poll doesn't change it */
    notBefore: moment("not_before"),
    leasedUntil: moment("leased_until"),
    leaseToken: uuid("lease_token"),
  },
  (t) => [index("poll_targets_due").on(t.dueAt), names(t, t.configurationId, configurations)],
);

/** Verifications that a person abandoned by leaving their page. The portal doesn't save their results. */
export const abandonedRuns = organisationTable(
  "abandoned_runs",
  {
    id: uuid("id").notNull(),
    at: moment("at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.id] })],
);

/** Alerts from polls that PocketSOC couldn't use. Each has a reason for the admin. */
export const skippedAlerts = organisationTable(
  "skipped_alerts",
  {
    configurationId: uuid("configuration_id").notNull(),
    bodyHash: bytea("body_hash").notNull(),
    reason: text("reason").notNull(),
    /** the first 64 KiB of the alert, gzipped */
    body: bytea("body").notNull(),
    firstSeenAt: moment("first_seen_at").notNull().defaultNow(),
    lastSeenAt: moment("last_seen_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.configurationId, t.bodyHash] }),
    names(t, t.configurationId, configurations),
  ],
);
