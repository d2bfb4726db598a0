import { z } from "zod";
import type { Database, Transaction } from "#db/client.ts";
import { inOrganisation } from "#db/client.ts";
import { type Permission, type Role, roleAllows } from "#lib/domain/roles.ts";
import { alertPermissions } from "#lib/domain/session.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import type { JobQueue } from "#lib/jobs/queue.ts";
import type { EncryptionKey } from "#lib/platform/crypto.ts";
import type { Egress } from "#lib/platform/egress.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Hints } from "#lib/platform/hints.ts";
import type { MailSender } from "#lib/platform/mail-sender.ts";
import type { OutgoingSender } from "#lib/platform/outgoing-http.ts";
import type { WebPushSender } from "#lib/platform/web-push-sender.ts";
import type { Vendors } from "#lib/vendors/offer.ts";

/** Who acts: a person of the organisation, or one of PocketSOC's own programs. */
export type Actor =
  | {
      kind: "user";
      userId: string;
      name: string;
      role: Role;
      organisationId: string;
      /** whether the person's sign-in is so old that only work on alerts is allowed until they sign in again */
      alertsOnly?: boolean;
      /** the hash of the session's id, if the person uses a session */
      sessionHash?: Buffer;
      /** the API token that the person uses, if any; the token's permissions limit what the person's role allows */
      token?: { id: string; name: string; permissions: readonly Permission[] };
    }
  | { kind: "system"; name: string; organisationId: string };

/**
 * The database, settings and senders that every verb receives. No verb reads the environment or opens a database pool
 * itself.
 */
export type Services = {
  db: Database;
  keyring: readonly EncryptionKey[];
  vendors: Vendors;
  /** the portal's public address; people return there after they sign in at a vendor */
  portalUrl: string;
  /** how calls reach other hosts, directly or through a proxy */
  egress: Egress;
  jobs: JobQueue;
  /** carries hints between the parts of this process and to other processes; publish a hint only after the commit */
  hints: Hints;
  /** web push: the VAPID subject (null: web push is off), the hosts of additional push services, and the sender */
  webPush: { subject: string | null; moreHosts: readonly string[]; send: WebPushSender };
  /**
   * e-mail: the sender's address (null: e-mail isn't set up), and the function that sends. `isLoginHeld`: this process doesn't
   * have the login that the mail server wants
   */
  mail: { from: string | null; send: MailSender; isLoginHeld?: boolean };
  /** outgoing webhooks: the internal hosts that may be called, and the function that sends */
  outgoing: { moreHosts: readonly string[]; send: OutgoingSender };
  undoWindowMs: number;
  /** how long a person keeps access to a configuration while the vendor can't confirm the access, in ms */
  unconfirmedMs: number;
  /** the number of days for which deliveries are kept */
  deliveriesKeptDays: number;
  /** the statuses that can only be requested with a note */
  noteRequired: readonly TargetStatus[];
  now: () => Date;
  log: (event: string, detail: Record<string, unknown>) => void;
};

export type Context = { services: Services; actor: Actor };

/** Whether the actor's sign-in is too old for the permission. */
export function needsSignIn(actor: Actor, permission: Permission): boolean {
  return actor.kind === "user" && actor.alertsOnly === true && !alertPermissions.includes(permission);
}

/**
 * Throws ServiceError `forbidden` if the actor lacks the permission, and `sign_in_again` if the actor's sign-in is too old
 * for the permission. PocketSOC's own programs have every permission.
 */
export function authorise(ctx: Context, permission: Permission): void {
  if (ctx.actor.kind === "system") return;
  const { role, token } = ctx.actor;
  if (!roleAllows(role, permission)) {
    throw new ServiceError(
      "forbidden",
      "Your role doesn't allow this. Ask an admin of your team for another role.",
    );
  }
  if (token && !token.permissions.includes(permission)) {
    throw new ServiceError(
      "forbidden",
      "This personal access token doesn't allow it. Make one with the scope that is needed.",
    );
  }
  if (needsSignIn(ctx.actor, permission)) throw signInAgain();
}

/** Returns the error for a session that is good for alerts only and asks for more. */
export const signInAgain = () =>
  new ServiceError(
    "sign_in_again",
    "This device stays signed in for alerts only, and your sign-in is too old for this, so nothing was changed. Open Settings once more to sign in again: you come back to where you were.",
  );

/** Runs `work` in a transaction that sees the actor's organisation and no other. */
export function inOwnOrganisation<T>(ctx: Context, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inOrganisation(ctx.services.db, ctx.actor.organisationId, work);
}

/**
 * Parses an id that a client sent. If the text isn't a UUID, throws the error that `gone` returns, as for an unknown
 * id.
 */
export function idOf(raw: unknown, gone: () => ServiceError): string {
  const id = z.uuid().safeParse(raw);
  if (!id.success) throw gone();
  return id.data;
}

/**
 * Whether the actor has the permission, even if they must sign in again to use it. Decides what a page offers; a verb
 * calls `authorise` instead.
 */
export function isAllowed(actor: Actor, permission: Permission): boolean {
  if (actor.kind === "system") return true;
  return roleAllows(actor.role, permission) && (!actor.token || actor.token.permissions.includes(permission));
}

/** Whether the actor is an admin of the organisation, or one of PocketSOC's own programs. */
export const isAdmin = (actor: Actor): boolean => actor.kind === "system" || actor.role === "admin";

/** Returns the `source` of the actor's timeline entries: the portal or the API. */
export function sourceOf(actor: Actor): "portal" | "api" {
  return actor.kind === "user" && actor.token ? "api" : "portal";
}

/** Returns the id of the user who acts; null for programs. */
export function actorId(actor: Actor): string | null {
  return actor.kind === "user" ? actor.userId : null;
}
