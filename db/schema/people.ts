import { index, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { scopes } from "#lib/domain/access-token.ts";
import { roles } from "#lib/domain/roles.ts";
import { bytea, moment, organisationId } from "./columns.ts";
import { namesGlobal, organisationTable, routingTable } from "./table.ts";

/** Routing: who a person is at Entra ID, keyed on tenant and object id, never on a name. */
export const users = routingTable(
  "users",
  {
    id: uuid("id").primaryKey(),
    tenantId: text("tenant_id").notNull(),
    objectId: text("object_id").notNull(),
    signInName: text("sign_in_name").notNull(),
    displayName: text("display_name").notNull(),
    createdAt: moment("created_at").notNull().defaultNow(),
    lastSignInAt: moment("last_sign_in_at"),
  },
  (t) => [unique("users_identity").on(t.tenantId, t.objectId)],
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
  (t) => [
    primaryKey({ columns: [t.organisationId, t.userId] }),
    index("memberships_user").on(t.userId),
    namesGlobal(t.userId, users),
  ],
);

/** Routing: which organisations a directory has, and whom its first admin is to be. */
export const tenants = routingTable(
  "tenant_organisations",
  {
    tenantId: text("tenant_id").notNull(),
    organisationId: organisationId(),
    /** a sign-in name, good for one sign-in while the organisation has no admin */
    firstAdmin: text("first_admin"),
  },
  (t) => [primaryKey({ columns: [t.tenantId, t.organisationId] })],
);

/** Someone of the tenant who signed in and is in no team yet. */
export const accessRequests = organisationTable(
  "access_requests",
  {
    userId: uuid("user_id").notNull(),
    requestedAt: moment("requested_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.organisationId, t.userId] }), namesGlobal(t.userId, users)],
);

/** Routing: one-time links for the first admin and for break-glass; hashes only. */
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
  (t) => [index("api_tokens_of").on(t.organisationId, t.userId), namesGlobal(t.userId, users)],
);
