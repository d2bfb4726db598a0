import "server-only";
import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { decode, encode } from "next-auth/jwt";
import { cache } from "react";
import { isActivity } from "#lib/domain/activity.ts";
import { refusalOfReader, renderedForHeader } from "#lib/domain/rendered-for.ts";
import { type Permission, roleAllows } from "#lib/domain/roles.ts";
import { getEnv } from "#lib/platform/env.ts";
import { type Actor, type Context, needsSignIn } from "#lib/core/context.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { Credential } from "#lib/triage/stream/watcher.ts";
import { actorOf, type CurrentPerson, getCurrentPerson } from "#lib/identity/sessions/current.ts";
import { alertsSessionEndsAt, wasDeactivated } from "#lib/identity/sessions/live.ts";
import { sessionCookieName, sessionCookieOptions } from "./cookies.ts";
import { getServices } from "./services.ts";

/** Returns the session id and the expiry from the request's cookie. Null without a cookie that this portal made. */
async function readCookie(): Promise<{ sessionId: string; endsAtMs: number } | null> {
  const token = (await cookies()).get(sessionCookieName())?.value;
  if (!token) return null;
  try {
    const decoded = await decode({ token, secret: getEnv().sessionSecret });
    if (typeof decoded?.sessionId !== "string") return null;
    return { sessionId: decoded.sessionId, endsAtMs: Number(decoded.exp ?? 0) * 1_000 };
  } catch {
    // a cookie made with another secret, or a damaged one, counts as none
    return null;
  }
}

/** Returns the session id from the request's cookie. Null without a cookie that this portal made. */
export async function readSessionId(): Promise<string | null> {
  return (await readCookie())?.sessionId ?? null;
}

/** Sets the session cookie, which expires at `endsAt`. Only server actions and route handlers can set cookies. */
export async function setSessionCookie(sessionId: string, endsAt: Date): Promise<void> {
  const maxAge = Math.floor((endsAt.getTime() - getServices().now().getTime()) / 1_000);
  const cookie = await encode({ token: { sessionId }, secret: getEnv().sessionSecret, maxAge });
  (await cookies()).set(sessionCookieName(), cookie, { ...sessionCookieOptions(), maxAge });
}

/**
 * Extends the session cookie until the session's access to alerts ends. Only sessions on verified devices have such longer
 * access; sign-in itself sets a cookie of 12 hours.
 */
export async function lengthenSessionCookie(): Promise<void> {
  const cookie = await readCookie();
  const endsAt = cookie && (await alertsSessionEndsAt(getServices(), sha256(cookie.sessionId)));
  // setting a cookie makes Next render the page again, so set it only when it changes
  if (endsAt && cookie.endsAtMs < endsAt.getTime() - 60_000) await setSessionCookie(cookie.sessionId, endsAt);
}

/** Whether the request's session ended because an admin deactivated the device. */
export async function isDeactivatedHere(): Promise<boolean> {
  const sessionId = await readSessionId();
  return sessionId !== null && wasDeactivated(getServices(), sha256(sessionId));
}

/**
 * Returns the signed-in person, or null if nobody is signed in. Queries the database once per request. A route handler passes
 * the `method` of its request; pages and actions pass nothing. Only activity (`lib/domain/activity.ts`) keeps the session
 * alive.
 */
export const currentPerson = cache(async (method?: string): Promise<CurrentPerson | null> => {
  const sessionId = await readSessionId();
  if (!sessionId) return null;
  const sent = await headers();
  const isAction = sent.has("next-action");
  const isActive = isActivity({
    method: method ?? (isAction ? "POST" : "GET"),
    headers: sent,
    isHandler: method !== undefined,
  });
  return getCurrentPerson(getServices(), sessionId, { isActivity: isActive });
});

/** Returns the session or API token that made a request. Streams use it to recheck access while they are open. */
export async function currentCredential({ actor }: Context): Promise<Credential> {
  if (actor.kind === "user" && actor.token) return { tokenId: actor.token.id };
  return { sessionHash: await currentSessionHash() };
}

/**
 * Returns the hash of the request's session id. The database identifies the session by this hash. Throws an Error if nobody
 * is signed in.
 */
export async function currentSessionHash(): Promise<Buffer> {
  const sessionId = await readSessionId();
  if (!sessionId) throw new Error("nobody is signed in");
  return sha256(sessionId);
}

/**
 * Returns the services and the signed-in person. Null if nobody is signed in or the person isn't in an organisation yet. A
 * route handler passes the `method` of its request.
 */
export async function currentContext(method?: string): Promise<Context | null> {
  const person = await currentPerson(method);
  const actor = person && actorOf(person);
  return actor ? { services: getServices(), actor } : null;
}

/**
 * Returns why the page that sent the request may not act or read as `actor`: another tab has changed the session's organisation
 * or person since the page was rendered. Returns null if the page may.
 */
export async function refusalOfPage(actor: Actor): Promise<string | null> {
  if (actor.kind !== "user") return null;
  return refusalOfReader((await headers()).get(renderedForHeader), actor);
}

/** Returns `text` if it is a path of this portal, otherwise `/detections`. */
export function ownPath(text: string | null | undefined): string {
  const isOwn = text?.startsWith("/") && !/^\/[/\\]|[\u0000-\u001f\\]/.test(text) && text.length < 2_000;
  return isOwn && text ? text : "/detections";
}

/** Returns the address of a page from which the person returns to the page that was requested. */
async function addressThatReturns(page: "/sign-in" | "/sign-in/again" | "/changed"): Promise<string> {
  const path = ownPath((await headers()).get("x-pocketsoc-path"));
  return path === "/detections" ? page : `${page}?next=${encodeURIComponent(path)}`;
}

/**
 * Returns the signed-in person if they may open the page. Otherwise redirects to another page: sign-in, if nobody is signed
 * in; waiting, if the person has no organisation; the list, if the permission is missing; a renewed sign-in, if the session
 * allows only alerts; an explanation, if the page comes into the frame of another organisation or person.
 */
export async function requirePage(
  permission: Permission = "detections.read",
): Promise<{ ctx: Context; person: CurrentPerson }> {
  const person = await currentPerson();
  if (!person) redirect(await addressThatReturns("/sign-in"));
  const actor = actorOf(person);
  if (!actor || actor.kind !== "user") redirect("/waiting");
  if (await refusalOfPage(actor)) redirect(await addressThatReturns("/changed"));
  if (!roleAllows(actor.role, permission)) {
    const { userId, organisationId } = actor;
    getServices().log("access.refused", { at: "page", reason: "forbidden", userId, organisationId });
    redirect("/detections");
  }
  if (needsSignIn(actor, permission)) redirect(await addressThatReturns("/sign-in/again"));
  return { ctx: { services: getServices(), actor }, person };
}
