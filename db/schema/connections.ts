import { boolean, jsonb, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import type { Json } from "#lib/domain/detection.ts";
import { bytea, moment } from "./columns.ts";
import { organisationTable } from "./table.ts";

/** A person's own account at the vendor, for one configuration: their tokens, and what the vendor last said of it. */
export const connections = organisationTable(
  "connections",
  {
    configurationId: uuid("configuration_id").notNull(),
    userId: uuid("user_id").notNull(),
    /** another one with every sign-in, so that nothing kept of an earlier one is taken for this one's */
    id: uuid("id").notNull(),
    /** the sign-in name at the vendor, as its token gave it */
    account: text("account").notNull(),
    accountObjectId: text("account_object_id").notNull(),
    /** SHA-256 of authority, tenant and application: tokens of another registration don't open */
    fingerprint: text("fingerprint").notNull(),
    /** MSAL's serialised cache; bound to organisation, configuration, person and fingerprint */
    cacheSealed: bytea("cache_sealed").notNull(),
    /** the vendor's last answer to whether this account may read */
    access: text("access", { enum: ["granted", "refused"] }).notNull(),
    confirmedAt: moment("confirmed_at").notNull(),
    /** the vendor could not be asked since; null while it answers */
    unconfirmedSince: moment("unconfirmed_since"),
    /** only the person can mend it: asked no more until they sign in again */
    signInNeeded: boolean("sign_in_needed").notNull().default(false),
    askedAt: moment("asked_at").notNull(),
    usedAt: moment("used_at").notNull(),
    problemCode: text("problem_code"),
    problemMessage: text("problem_message"),
    problemRemedy: text("problem_remedy"),
    /** what the vendor wants proved at the next sign-in (a claims challenge), as it said it */
    claims: text("claims"),
    /** which changes the account may make, and as of when, as the vendor listed it */
    facts: jsonb("facts").$type<{ [key: string]: Json }>().notNull().default({}),
    connectedAt: moment("connected_at").notNull(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.configurationId, t.userId] })],
);

/** A sign-in at the vendor on its way: begun here, good for ten minutes and one answer. */
export const signIns = organisationTable(
  "sign_ins",
  {
    id: uuid("id").notNull(),
    stateHash: bytea("state_hash").notNull(),
    sessionHash: bytea("session_hash").notNull(),
    userId: uuid("user_id").notNull(),
    /** the configuration to connect to; null while it is yet to be saved, as `draft` says */
    configurationId: uuid("configuration_id"),
    draft: jsonb("draft").$type<{ [key: string]: Json }>(),
    vendor: text("vendor").notNull(),
    cloud: text("cloud").notNull(),
    authority: text("authority").notNull(),
    application: jsonb("application").$type<Readonly<Record<string, string>>>().notNull(),
    redirectUri: text("redirect_uri").notNull(),
    /** PKCE verifier and nonce, sealed; after the answer, the tokens */
    sealed: bytea("sealed").notNull(),
    state: text("state", { enum: ["begun", "answered", "signed_in", "failed", "done"] }).notNull(),
    /** who came back: the sign-in name, what the account belongs to at the authority, and its id there */
    account: text("account"),
    directoryId: text("directory_id"),
    objectId: text("object_id"),
    problemCode: text("problem_code"),
    problemMessage: text("problem_message"),
    problemRemedy: text("problem_remedy"),
    vendorCode: text("vendor_code"),
    returnTo: text("return_to").notNull(),
    createdAt: moment("created_at").notNull(),
    expiresAt: moment("expires_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    unique("sign_ins_state").on(t.organisationId, t.stateHash),
  ],
);
