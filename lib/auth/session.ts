import "server-only";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { decode } from "next-auth/jwt";
import { cache } from "react";
import { type Permission, roleAllows } from "#lib/domain/roles.ts";
import { getEnv } from "#lib/platform/env.ts";
import type { Context } from "#lib/services/context.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { Credential } from "#lib/services/stream/watcher.ts";
import { actorOf, type CurrentPerson, getCurrentPerson } from "#lib/services/sessions/current.ts";
import { sessionCookieName } from "./cookies.ts";
import { getServices } from "./services.ts";

/** The session id in the request's cookie; null when there is none or it isn't ours. */
export async function readSessionId(): Promise<string | null> {
  const token = (await cookies()).get(sessionCookieName())?.value;
  if (!token) return null;
  try {
    const decoded = await decode({ token, secret: getEnv().sessionSecret });
    return typeof decoded?.sessionId === "string" ? decoded.sessionId : null;
  } catch {
    // a cookie made with another secret, or cut short: the same as none
    return null;
  }
}

/** Who asks, once a request; null when nobody is signed in. Unless it is no sign of activity, the session lives on. */
export const currentPerson = cache(async (isActivity = true): Promise<CurrentPerson | null> => {
  const sessionId = await readSessionId();
  return sessionId ? getCurrentPerson(getServices(), sessionId, { isActivity }) : null;
});

/** What a context's request was let in by, for streams that outlive it. */
export async function currentCredential({ actor }: Context): Promise<Credential> {
  if (actor.kind === "user" && actor.token) return { tokenId: actor.token.id };
  const sessionId = await readSessionId();
  if (!sessionId) throw new Error("nobody is signed in");
  return { sessionHash: sha256(sessionId) };
}

/** The context for a verb, or null: signed out, or not let in yet. */
export async function currentContext(): Promise<Context | null> {
  const person = await currentPerson();
  const actor = person && actorOf(person);
  return actor ? { services: getServices(), actor } : null;
}

/** A path of the portal's own to come back to; anything else is the list. */
export function ownPath(text: string | null | undefined): string {
  const isOwn = text?.startsWith("/") && !/^\/[/\\]|[\u0000-\u001f\\]/.test(text) && text.length < 2_000;
  return isOwn && text ? text : "/detections";
}

async function signInAddress(): Promise<string> {
  const path = ownPath((await headers()).get("x-pocketsoc-path"));
  return path === "/detections" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(path)}`;
}

/** For pages: sends those who are signed out or waiting where they belong. */
export async function requirePage(
  permission: Permission = "detections.read",
): Promise<{ ctx: Context; person: CurrentPerson }> {
  const person = await currentPerson();
  if (!person) redirect(await signInAddress());
  const actor = actorOf(person);
  if (!actor || actor.kind !== "user") redirect("/waiting");
  if (!roleAllows(actor.role, permission)) redirect("/detections");
  return { ctx: { services: getServices(), actor }, person };
}
