import { index, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { scopes } from "#lib/domain/access-token.ts";
import { roles } from "#lib/domain/roles.ts";
import { bytea, moment, organisationId } from "./columns.ts";
import { organisationTable, routingTable } from "./table.ts";

/** Routing: who a person is where they sign in, keyed on directory and object id, never on a name. */
export const users = routingTable(
  "users",
  {
    id: uuid("id").primaryKey(),
    directoryId: text("directory_id").notNull(),
    objectId: text("object_id").notNull(),
    signInName: text("sign_in_name").notNull(),
    displayName: text("display_name").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    lastSignInAt: moment("last_sign_in_at"),
  },
  (t) => [unique("users_identity").on(t.directoryId, t.objectId)],
);

/** Routing: which organisations a person belongs to, and as what. */
export const memberships = routingTable(
  "memberships",
  {
    organisationId: organisationId(),
    userId: uuid("user_id").notNull(),
    role: text("role", { enum: roles }).notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.userId] }), index("memberships_user").on(t.userId)],
);

/** Routing: which organisations a directory has, and whom its first admin is to be. */
export const directoryOrganisations = routingTable(
  "directory_organisations",
  {
    directoryId: text("directory_id").notNull(),
    organisationId: organisationId(),
    /** a sign-in name, good for one sign-in while the organisation has no admin */
    firstAdmin: text("first_admin"),
  },
  (t) => [primaryKey({ columns: [t.directoryId, t.organisationId] })],
);

/** Someone of the directory who signed in and is in no team yet. */
export const accessRequests = organisationTable(
  "access_requests",
  {
    userId: uuid("user_id").notNull(),
    requestedAt: moment("requested_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.userId] })],
);

/** Routing: a session finds its organisation; only the hash of its id is kept. */
export const sessions = routingTable(
  "sessions",
  {
    idHash: bytea("id_hash").primaryKey(),
    userId: uuid("user_id").notNull(),
    /** the organisation looked at; null while waiting to be let in */
    organisationId: uuid("organisation_id"),
    createdAt: moment("created_at").notNull().defaultNow(),
    lastSeenAt: moment("last_seen_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    revokedAt: moment("revoked_at"),
    userAgent: text("user_agent").notNull().default(""),
    /** the device of its organisation that it was last open on */
    deviceId: uuid("device_id"),
  },
  (t) => [index("sessions_user").on(t.userId)],
);

/** Routing: one-time links for the first admin and for break-glass; hashes only. */
export const loginLinks = routingTable("login_links", {
  tokenHash: bytea("token_hash").primaryKey(),
  organisationId: organisationId(),
  purpose: text("purpose", { enum: ["first-admin", "break-glass"] }).notNull(),
  userId: uuid("user_id"),
  expiresAt: moment("expires_at").notNull(),
  usedAt: moment("used_at"),
});

/** Routing: personal access tokens; the hash finds the person and the organisation, the rest is read from there. */
export const apiTokens = routingTable(
  "api_tokens",
  {
    tokenHash: bytea("token_hash").primaryKey(),
    id: uuid("id").notNull().unique(),
    organisationId: organisationId(),
    userId: uuid("user_id").notNull(),
    /** what the person calls it */
    name: text("name").notNull(),
    /** its last four characters, to tell it from others */
    hint: text("hint").notNull(),
    scopes: text("scopes", { enum: scopes }).array().notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    lastUsedAt: moment("last_used_at"),
    revokedAt: moment("revoked_at"),
  },
  (t) => [index("api_tokens_of").on(t.organisationId, t.userId)],
);
