import { sql } from "drizzle-orm";
import { index, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { scopes } from "#lib/domain/access-token.ts";
import { roles } from "#lib/domain/roles.ts";
import { bytea, moment, organisationId } from "./columns.ts";
import { namesGlobal, organisationTable, routingTable } from "./table.ts";

/** People. The directory and the object id together identify a person. */
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

/** The organisations that a person is a member of, with the person's role in each. */
export const memberships = routingTable(
  "memberships",
  {
    organisationId: organisationId(),
    userId: uuid("user_id").notNull(),
    role: text("role", { enum: roles }).notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.userId] }),
    index("memberships_user").on(t.userId),
    namesGlobal(t.userId, users),
  ],
);

/** The organisations of each directory. */
export const directoryOrganisations = routingTable(
  "directory_organisations",
  {
    directoryId: text("directory_id").notNull(),
    organisationId: organisationId(),
    /** the sign-in name of the person who will become the first Admin; ignored once the organisation has an Admin */
    firstAdmin: text("first_admin"),
  },
  (t) => [primaryKey({ columns: [t.directoryId, t.organisationId] })],
);

/** A person of the directory who has signed in and isn't a member of any organisation yet. */
export const accessRequests = organisationTable(
  "access_requests",
  {
    userId: uuid("user_id").notNull(),
    requestedAt: moment("requested_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.userId] }), namesGlobal(t.userId, users)],
);

/** One-time links for the first admin and for emergency sign-in. Only hashes of the links' tokens are stored. */
export const loginLinks = routingTable(
  "login_links",
  {
    tokenHash: bytea("token_hash").primaryKey(),
    organisationId: organisationId(),
    purpose: text("purpose", { enum: ["first-admin", "break-glass"] }).notNull(),
    userId: uuid("user_id"),
    expiresAt: moment("expires_at").notNull(),
    usedAt: moment("used_at"),
  },
  (t) => [namesGlobal(t.userId, users)],
);

/** API tokens. A token's hash finds the person and the organisation. */
export const apiTokens = routingTable(
  "api_tokens",
  {
    tokenHash: bytea("token_hash").primaryKey(),
    id: uuid("id").notNull().unique(),
    organisationId: organisationId(),
    userId: uuid("user_id").notNull(),
    /** the name that the person gave the token */
    name: text("name").notNull(),
    /** the last four characters of the token's text, which help the owner recognise the token */
    hint: text("hint").notNull(),
    scopes: text("scopes", { enum: scopes }).array().notNull(),
    /** the devices that the session which made the token was used on, in any organisation */
    deviceIds: uuid("device_ids").array().notNull().default(sql`'{}'`),
    createdAt: moment("created_at").notNull().defaultNow(),
    expiresAt: moment("expires_at").notNull(),
    lastUsedAt: moment("last_used_at"),
    revokedAt: moment("revoked_at"),
  },
  (t) => [index("api_tokens_of").on(t.organisationId, t.userId), namesGlobal(t.userId, users)],
);
