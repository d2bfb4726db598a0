import { z } from "zod";
import type { Database, Transaction } from "#db/client.ts";
import { inOrganisation } from "#db/client.ts";
import { getRole } from "#db/queries/identity/people.ts";
import { type Permission, type Role, roleAllows } from "#lib/domain/roles.ts";
import { alertPermissions } from "#lib/domain/session.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import type { JobQueue } from "#lib/jobs/queue.ts";
import type { EncryptionKey } from "#lib/platform/crypto.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Hints } from "#lib/platform/hints.ts";
import type { MailSender } from "#lib/platform/mail-sender.ts";
import type { OutgoingSender } from "#lib/platform/outgoing-http.ts";
import type { WebPushSender } from "#lib/platform/web-push-sender.ts";
import type { Vendors } from "#lib/vendors/offer.ts";

/** Who asks. Every verb takes one; a page, an API and a worker differ in nothing else. */
export type Actor =
  | {
      kind: "user";
      userId: string;
      name: string;
      role: Role;
      organisationId: string;
      /** their sign-in is too old for more than alerts: the session of a proved device */
      alertsOnly?: boolean;
      /** set when a personal access token asks for them: no more than it may, whatever their role is */
      token?: { id: string; name: string; permissions: readonly Permission[] };
    }
  | { kind: "system"; name: string; organisationId: string };

/** What every verb is handed: no verb reads the environment or opens a pool. */
export type Services = {
  db: Database;
  keyring: readonly EncryptionKey[];
  vendors: Vendors;
  /** where people open the portal; sign-ins at vendors come back to it */
  portalUrl: string;
  jobs: JobQueue;
  /** what this and other processes are told of after a commit */
  hints: Hints;
  /** web push: who answers for it (null: nobody can be sent anything), hosts beside the known ones, and the way out */
  webPush: { subject: string | null; moreHosts: readonly string[]; send: WebPushSender };
  /** e-mail: the address that it comes from (null: none is set up), and the way out */
  mail: { from: string | null; send: MailSender };
  /** the organisations' own webhooks: hosts beside those of the internet, and the way out */
  outgoing: { moreHosts: readonly string[]; send: OutgoingSender };
  undoWindowMs: number;
  /** for how long a person still sees what their vendor can't be asked about */
  unconfirmedMs: number;
  /** days for which deliveries are kept */
  deliveriesKeptDays: number;
  /** statuses that can't be asked for without a note */
  noteRequired: readonly TargetStatus[];
  now: () => Date;
  log: (event: string, detail: Record<string, unknown>) => void;
};

export type Context = { services: Services; actor: Actor };

/** Whether the actor may do it only once they have signed in again. */
export function needsSignIn(actor: Actor, permission: Permission): boolean {
  return actor.kind === "user" && actor.alertsOnly === true && !alertPermissions.includes(permission);
}

/**
 * Throws `forbidden` unless the actor may, and `sign_in_again` when their sign-in is too old for it. Programs of ours
 * may do what their job asks.
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
  if (needsSignIn(ctx.actor, permission)) {
    throw new ServiceError(
      "sign_in_again",
      "This device stays signed in for alerts only, and your sign-in is too old for this, so nothing was changed. Open Settings once more to sign in again: you come back to where you were.",
    );
  }
}

/**
 * The same once more at the end of long work, as the database says now: a person who was removed or given
 * another role meanwhile changes nothing any more. Throws `forbidden`.
 */
export async function reauthorise(ctx: Context, tx: Transaction, permission: Permission): Promise<void> {
  if (ctx.actor.kind === "system") return;
  const role = await getRole(tx, ctx.actor.organisationId, ctx.actor.userId);
  if (!role || !roleAllows(role, permission))
    throw new ServiceError(
      "forbidden",
      "Your role was changed meanwhile and doesn't allow this any more, so nothing was saved.",
    );
}

/** The actor's organisation, in a transaction that sees no other. */
export function inOwnOrganisation<T>(ctx: Context, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return inOrganisation(ctx.services.db, ctx.actor.organisationId, work);
}

/** An id as a client sent it; what is no id at all is as unknown as another organisation's. */
export function idOf(raw: unknown, gone: () => ServiceError): string {
  const id = z.uuid().safeParse(raw);
  if (!id.success) throw gone();
  return id.data;
}

/** Whether the actor may, perhaps after signing in again; for what is offered rather than done. */
export function isAllowed(actor: Actor, permission: Permission): boolean {
  if (actor.kind === "system") return true;
  return roleAllows(actor.role, permission) && (!actor.token || actor.token.permissions.includes(permission));
}

/** Where an entry of the timeline came from. */
export function sourceOf(actor: Actor): "portal" | "api" {
  return actor.kind === "user" && actor.token ? "api" : "portal";
}

/** The user behind the actor; null for programs. */
export function actorId(actor: Actor): string | null {
  return actor.kind === "user" ? actor.userId : null;
}
