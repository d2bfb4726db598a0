import "server-only";
import { cookies } from "next/headers";
import { getEnv } from "#lib/platform/env.ts";
import type { Context } from "#lib/core/context.ts";
import { actorOf } from "#lib/identity/sessions/current.ts";
import { findToken } from "#lib/identity/api-tokens/find.ts";
import { isFromOtherSite } from "./action.ts";
import { countRefused } from "./api-limits.ts";
import { ApiProblem } from "./api-problem.ts";
import { sessionCookieName } from "#lib/auth/cookies.ts";
import { getServices } from "#lib/auth/services.ts";
import { currentPerson } from "#lib/auth/session.ts";

const challenge = (error?: string) => ({
  "www-authenticate": `Bearer realm="PocketSOC"${error ? `, error="${error}"` : ""}`,
});

/**
 * Authenticates an API request and returns its context. Uses the token in the Authorization header or, without this header,
 * the session cookie. The cookie is accepted only from the portal's own pages. Throws ApiProblem `unauthenticated`, `forbidden` and `rate_limited`.
 */
export async function identify(request: Request): Promise<Context> {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) return byToken(authorization);
  if (!(await cookies()).has(sessionCookieName()))
    throw new ApiProblem(
      "unauthenticated",
      "Nobody is signed in. Send a personal access token as Authorization: Bearer psoc_…; they are made under Settings → API tokens.",
      { headers: challenge() },
    );
  refuseOtherSites(request);
  return bySession(request.method);
}

async function byToken(authorization: string): Promise<Context> {
  const text = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
  const services = getServices();
  const actor = text ? await findToken(services, text) : null;
  if (actor) return { services, actor };
  const headers = await countRefused();
  throw new ApiProblem(
    "unauthenticated",
    "This token isn't good: it is mistyped, expired or revoked, or its person has left the team. Make another under Settings → API tokens.",
    { headers: { ...headers, ...challenge("invalid_token") } },
  );
}

/**
 * Throws ApiProblem `forbidden` if another site made the request. Browsers send the session cookie with such requests too.
 */
function refuseOtherSites({ method, headers }: Request): void {
  const isRead = method === "GET" || method === "HEAD";
  const ownOrigin = headers.get("origin") === new URL(getEnv().portalUrl).origin;
  const isScripted = headers.has("x-requested-with") || isJson(headers.get("content-type") ?? "");
  if (isFromOtherSite(headers) || (!isRead && !(ownOrigin && isScripted)))
    throw new ApiProblem(
      "forbidden",
      "With the session's cookie this is for the portal's own pages: a change needs our Origin, and application/json or an X-Requested-With header. Nothing was done; use a personal access token from elsewhere.",
    );
}

/** Whether a content type means JSON in UTF-8. */
export const isJson = (type: string) =>
  /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type.trim());

async function bySession(method: string): Promise<Context> {
  const person = await currentPerson(method);
  if (!person) {
    const headers = await countRefused();
    throw new ApiProblem("unauthenticated", "Your session has ended. Sign in again.", {
      headers: { ...headers, ...challenge() },
    });
  }
  const actor = actorOf(person);
  if (!actor)
    throw new ApiProblem("forbidden", "Nobody has let you in yet. An admin of your team can do that.");
  return { services: getServices(), actor };
}
