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

/** Who signs in at a vendor: an application by itself, or each person with an account of their own. */
const actors = ["application", "person"] as const;

/** An organisation's data keys, each wrapped by a key of the keyring; the newest that opens is written with. */
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
 * A vendor's application sign-in; several configurations may share one. `public` proves itself with nothing:
 * people sign in through it.
 */
export const credentials = organisationTable(
  "credentials",
  {
    id: uuid("id").notNull(),
    /** who signs its callers in: vendors of one authority may share it */
    authority: text("authority").notNull(),
    /** as the authority knows the application: for Entra ID, directory and client id */
    application: jsonb("application").$type<Readonly<Record<string, string>>>().notNull(),
    kind: text("kind", { enum: ["secret", "certificate", "public"] })
      .notNull()
      .default("secret"),
    /** the secret, or the certificate's private key in PEM; null for `public` */
    secretSealed: bytea("secret_sealed"),
    /** first three characters; for a certificate, the beginning of its thumbprint */
    secretHint: text("secret_hint").notNull(),
    /** PEM, public; set for `certificate` */
    certificate: text("certificate"),
    secretExpiresOn: date("secret_expires_on", { mode: "string" }),
    secretSetAt: moment("secret_set_at").notNull(),
    secretSetBy: uuid("secret_set_by").notNull(),
    /** grows with each replacement; a poll that began on an older one can't mark the new one broken */
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

/** One scope of one vendor: how it is reached, and how often it is polled. */
export const configurations = organisationTable(
  "configurations",
  {
    id: uuid("id").notNull(),
    vendor: text("vendor").notNull(),
    displayName: text("display_name").notNull(),
    /** the vendor's own name for the way to sign in; what follows from it stands in the two below */
    authType: text("auth_type").notNull(),
    /** whose eyes it is read with */
    readAs: text("read_as", { enum: actors }).notNull().default("application"),
    /** whose name a change of status carries at the vendor */
    writeAs: text("write_as", { enum: actors }).notNull().default("application"),
    /** null once it is deleted: what it signed in with goes at once */
    credentialId: uuid("credential_id"),
    cloud: text("cloud").notNull(),
    /** in the vendor's own words, lower case: for Azure, a subscription */
    scopeId: text("scope_id").notNull(),
    /** the vendor's own values of its form that aren't secret */
    connection: jsonb("connection").$type<{ [key: string]: Json }>().notNull().default({}),
    pollIntervalSeconds: integer("poll_interval_seconds").notNull().default(60),
    /** where the next poll goes on, in the vendor's own form; null: at the beginning */
    pollCursor: jsonb("poll_cursor").$type<Json>(),
    disabledAt: moment("disabled_at"),
    /** deleted by an admin: seen by nobody from then on, and gone once a job has taken its rows away */
    deletedAt: moment("deleted_at"),
    /** what verification found: names, plans, rights, each with its time */
    facts: jsonb("facts").$type<{ [key: string]: Json }>().notNull().default({}),
    verifiedAt: moment("verified_at"),
    lastGoodSyncAt: moment("last_good_sync_at"),
    lastAttemptAt: moment("last_attempt_at"),
    failuresInARow: integer("failures_in_a_row").notNull().default(0),
    problemCode: text("problem_code"),
    problemMessage: text("problem_message"),
    problemRemedy: text("problem_remedy"),
    problemSince: moment("problem_since"),
    /** it is worth trying again by itself */
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

/** Certificates made or pasted here, and not yet in use: their keys wait for the vendor to know them. */
export const preparedCertificates = organisationTable(
  "prepared_certificates",
  {
    id: uuid("id").notNull(),
    /** PEM, public */
    certificate: text("certificate").notNull(),
    /** PEM, sealed */
    keySealed: bytea("key_sealed").notNull(),
    /** SHA-1 of the certificate in hex */
    thumbprint: text("thumbprint").notNull(),
    expiresOn: date("expires_on", { mode: "string" }).notNull(),
    /** the credential it is to follow on; null for one that is yet to be saved */
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

/** Routing: the lines before vendors that take only so many calls, each under the hash of its name. */
export const vendorTurns = routingTable("vendor_turns", {
  nameHash: bytea("name_hash").primaryKey(),
  /** when a turn would come that is taken now, were they taken singly */
  nextAt: moment("next_at").notNull(),
});

/** Routing: when a configuration is due, and who holds it. */
export const pollTargets = routingTable(
  "poll_targets",
  {
    configurationId: uuid("configuration_id").primaryKey(),
    organisationId: organisationId(),
    dueAt: moment("due_at").notNull(),
    /** whoever asks for it sooner: not before this, since the vendor said so or it was read just now */
    notBefore: moment("not_before"),
    leasedUntil: moment("leased_until"),
    leaseToken: uuid("lease_token"),
  },
  (t) => [index("poll_targets_due").on(t.dueAt), names(t, t.configurationId, configurations)],
);

/** Checks whose page was left while they ran: what they would have saved is not saved. */
export const abandonedRuns = organisationTable(
  "abandoned_runs",
  {
    id: uuid("id").notNull(),
    at: moment("at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.id] })],
);

/** Alerts that a poll couldn't use, with the reason an admin reads. */
export const skippedAlerts = organisationTable(
  "skipped_alerts",
  {
    configurationId: uuid("configuration_id").notNull(),
    bodyHash: bytea("body_hash").notNull(),
    reason: text("reason").notNull(),
    /** gzipped, the first 64 KiB */
    body: bytea("body").notNull(),
    firstSeenAt: moment("first_seen_at").notNull().defaultNow(),
    lastSeenAt: moment("last_seen_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.configurationId, t.bodyHash] }),
    names(t, t.configurationId, configurations),
  ],
);
