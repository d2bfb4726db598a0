import "server-only";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { decode, encode } from "next-auth/jwt";
import { cache } from "react";
import { type Permission, roleAllows } from "#lib/domain/roles.ts";
import { getEnv } from "#lib/platform/env.ts";
import { type Context, needsSignIn } from "#lib/core/context.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { Credential } from "#lib/triage/stream/watcher.ts";
import { actorOf, type CurrentPerson, getCurrentPerson } from "#lib/identity/sessions/current.ts";
import { alertsSessionEndsAt, wasDeactivated } from "#lib/identity/sessions/live.ts";
import { sessionCookieName, sessionCookieOptions } from "./cookies.ts";
import { getServices } from "./services.ts";

/** What the request's cookie holds; null when there is none or it isn't ours. */
async function readCookie(): Promise<{ sessionId: string; endsAtMs: number } | null> {
  const token = (await cookies()).get(sessionCookieName())?.value;
  if (!token) return null;
  try {
    const decoded = await decode({ token, secret: getEnv().sessionSecret });
    if (typeof decoded?.sessionId !== "string") return null;
    return { sessionId: decoded.sessionId, endsAtMs: Number(decoded.exp ?? 0) * 1_000 };
  } catch {
    // a cookie made with another secret, or cut short: the same as none
    return null;
  }
}

/** The session id in the request's cookie; null when there is none or it isn't ours. */
export async function readSessionId(): Promise<string | null> {
  return (await readCookie())?.sessionId ?? null;
}

/** Has the browser keep a session id until `endsAt`. For server actions and route handlers. */
export async function setSessionCookie(sessionId: string, endsAt: Date): Promise<void> {
  const maxAge = Math.floor((endsAt.getTime() - getServices().now().getTime()) / 1_000);
  const cookie = await encode({ token: { sessionId }, secret: getEnv().sessionSecret, maxAge });
  (await cookies()).set(sessionCookieName(), cookie, { ...sessionCookieOptions(), maxAge });
}

/**
 * Has the browser keep the id of a session on a proved device for as long as the session is good for alerts. That
 * the device is proved is known only after the sign-in, whose cookie is for 12 hours.
 */
export async function lengthenSessionCookie(): Promise<void> {
  const held = await readCookie();
  const endsAt = held && (await alertsSessionEndsAt(getServices(), sha256(held.sessionId)));
  // a cookie that is set has the page drawn anew: once is enough
  if (endsAt && held.endsAtMs < endsAt.getTime() - 60_000) await setSessionCookie(held.sessionId, endsAt);
}

/** Whether the session in the request's cookie ended because an admin deactivated the device that it was open on. */
export async function isDeactivatedHere(): Promise<boolean> {
  const sessionId = await readSessionId();
  return sessionId !== null && wasDeactivated(getServices(), sha256(sessionId));
}

/** Who asks, once a request; null when nobody is signed in. Unless it is no sign of activity, the session lives on. */
export const currentPerson = cache(async (isActivity = true): Promise<CurrentPerson | null> => {
  const sessionId = await readSessionId();
  return sessionId ? getCurrentPerson(getServices(), sessionId, { isActivity }) : null;
});

/** What a context's request was let in by, for streams that outlive it. */
export async function currentCredential({ actor }: Context): Promise<Credential> {
  if (actor.kind === "user" && actor.token) return { tokenId: actor.token.id };
  return { sessionHash: await currentSessionHash() };
}

/** What finds the row of the session in the request's cookie. Throws when there is none. */
export async function currentSessionHash(): Promise<Buffer> {
  const sessionId = await readSessionId();
  if (!sessionId) throw new Error("nobody is signed in");
  return sha256(sessionId);
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

/** A page that signs in and then leads back to the one that is asked for. */
async function signInAddress(page: "/sign-in" | "/sign-in/again"): Promise<string> {
  const path = ownPath((await headers()).get("x-pocketsoc-path"));
  return path === "/detections" ? page : `${page}?next=${encodeURIComponent(path)}`;
}

/** For pages: sends those who are signed out, waiting, or signed in too long ago for it where they belong. */
export async function requirePage(
  permission: Permission = "detections.read",
): Promise<{ ctx: Context; person: CurrentPerson }> {
  const person = await currentPerson();
  if (!person) redirect(await signInAddress("/sign-in"));
  const actor = actorOf(person);
  if (!actor || actor.kind !== "user") redirect("/waiting");
  if (!roleAllows(actor.role, permission)) redirect("/detections");
  if (needsSignIn(actor, permission)) redirect(await signInAddress("/sign-in/again"));
  return { ctx: { services: getServices(), actor }, person };
}
