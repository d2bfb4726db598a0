import { bigint, boolean, index, integer, jsonb, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import type { Json } from "#lib/domain/detection.ts";
import { bytea, holdsObject, moment } from "./columns.ts";
import { configurations } from "./configurations.ts";
import { users } from "./people.ts";
import { names, namesGlobal, organisationTable } from "./table.ts";

/** A person's own sign-in at an authority, with its tokens. One account can be connected to several configurations. */
export const accounts = organisationTable(
  "accounts",
  {
    id: uuid("id").notNull(),
    userId: uuid("user_id").notNull(),
    authority: text("authority").notNull(),
    /** a hash that identifies the application that the tokens were issued for */
    registration: text("registration").notNull(),
    /** the account's id at the authority */
    objectId: text("object_id").notNull(),
    /** the sign-in name that the account's token contains */
    signInName: text("sign_in_name").notNull(),
    /** the tokens in the format of the authority's code, sealed for this person, registration and account */
    tokensSealed: bytea("tokens_sealed").notNull(),
    /** increases with each sign-in; a late response to an earlier sign-in is recognised by its lower revision */
    revision: integer("revision").notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    unique("accounts_sign_in").on(t.organisationId, t.userId, t.authority, t.registration, t.objectId),
    namesGlobal(t.userId, users),
  ],
);

/** The vendor's last answer on what a person's account may see of one configuration. */
export const accountAccess = organisationTable(
  "account_access",
  {
    configurationId: uuid("configuration_id").notNull(),
    userId: uuid("user_id").notNull(),
    accountId: uuid("account_id").notNull(),
    /** whether the account may read the configuration's alerts */
    access: text("access", { enum: ["granted", "refused"] }).notNull(),
    confirmedAt: moment("confirmed_at").notNull(),
    /** when the vendor first couldn't be asked; null if the vendor answered last time */
    unconfirmedSince: moment("unconfirmed_since"),
    /** whether the person must sign in again; while true, the vendor isn't asked with this account */
    signInNeeded: boolean("sign_in_needed").notNull().default(false),
    askedAt: moment("asked_at").notNull(),
    /** the read ticket of the vendor's last answer; orders answers whatever the clocks of machines say */
    answerTicket: bigint("answer_ticket", { mode: "number" }).notNull().default(0),
    usedAt: moment("used_at").notNull(),
    problemCode: text("problem_code"),
    problemMessage: text("problem_message"),
    problemRemedy: text("problem_remedy"),
    /** the claims challenge that the vendor sent for the next sign-in */
    challenge: text("challenge"),
    /** which changes the account may make at the vendor, and when the vendor said so */
    facts: jsonb("facts").$type<{ [key: string]: Json }>().notNull().default({}),
    connectedAt: moment("connected_at").notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.configurationId, t.userId] }),
    holdsObject("account_access_facts", t.facts),
    index("account_access_of").on(t.organisationId, t.accountId),
    names(t, t.configurationId, configurations),
    names(t, t.accountId, accounts),
    namesGlobal(t.userId, users),
  ],
);

/** A sign-in at an authority that is in progress. It ends after ten minutes and accepts one response. */
export const signIns = organisationTable(
  "sign_ins",
  {
    id: uuid("id").notNull(),
    stateHash: bytea("state_hash").notNull(),
    sessionHash: bytea("session_hash").notNull(),
    userId: uuid("user_id").notNull(),
    /** the configuration to which the account will be connected; null for a new configuration, whose values are in `draft` */
    configurationId: uuid("configuration_id"),
    draft: jsonb("draft").$type<{ [key: string]: Json }>(),
    vendor: text("vendor").notNull(),
    cloud: text("cloud").notNull(),
    authority: text("authority").notNull(),
    application: jsonb("application").$type<Readonly<Record<string, string>>>().notNull(),
    redirectUri: text("redirect_uri").notNull(),
    /** the sealed PKCE verifier and nonce; after the response, also the sealed tokens */
    sealed: bytea("sealed").notNull(),
    state: text("state", { enum: ["begun", "answered", "signed_in", "failed", "done"] }).notNull(),
    /** the sign-in name of the account that signed in */
    account: text("account"),
    /** the directory of the account that signed in */
    directoryId: text("directory_id"),
    /** the account's id at the authority */
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
    holdsObject("sign_ins_application", t.application),
    unique("sign_ins_state").on(t.organisationId, t.stateHash),
    index("sign_ins_for").on(t.organisationId, t.configurationId),
    names(t, t.configurationId, configurations),
    namesGlobal(t.userId, users),
  ],
);
