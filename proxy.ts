import { type NextRequest, NextResponse } from "next/server";
import { sessionCookieName, sessionCookieOptions } from "#lib/auth/cookies.ts";
import { pageRefusal } from "#lib/auth/page-request.ts";
import { getEnv } from "#lib/platform/env.ts";
import { logger } from "#lib/platform/logger.ts";

/**
 * Ends requests that no page of this portal makes, before Next reads them. Sets the Content-Security-Policy of every page, and
 * settles the portal's address whatever a reverse proxy says. Permissions are checked in pages, actions and handlers, not
 * here.
 */
export async function proxy(request: NextRequest): Promise<Response> {
  const refused = await pageRefusal(request);
  if (refused) {
    const { status, code, sentence } = refused;
    logger.info({ event: "access.refused", at: "page", status, reason: code });
    return new Response(sentence, {
      status,
      // Next's client shows the text of a refusal only with exactly this type
      headers: { "content-type": "text/plain", "cache-control": "no-store" },
    });
  }
  const nonce = btoa(crypto.randomUUID());
  const policy = policyOf(nonce, request.nextUrl.host);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  // the requested page, to return to after sign-in
  const wanted = new URL(request.nextUrl.pathname + request.nextUrl.search, "http://portal");
  wanted.searchParams.delete("_rsc");
  headers.set("x-pocketsoc-path", wanted.pathname + wanted.search);
  headers.set("content-security-policy", policy);
  // Next compares these with the Origin of an action; a reverse proxy may send a name of its own, or none
  const { host, protocol } = new URL(getEnv().portalUrl);
  headers.set("x-forwarded-host", host);
  headers.set("x-forwarded-proto", protocol.replace(":", ""));
  headers.delete("forwarded");
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  // a page is for one person, and a proxy that rewrote it would break its scripts
  response.headers.set("cache-control", "private, no-store, no-transform");
  if (hasSignedOut(request)) forget(response);
  return response;
}

/** Makes the browser drop the ended session's cookie and what it keeps for the portal. */
function forget(response: NextResponse): void {
  response.cookies.set(sessionCookieName(), "", { ...sessionCookieOptions(), maxAge: 0 });
  response.headers.set("clear-site-data", '"cache", "storage"');
}

function policyOf(nonce: string, host: string): string {
  // only in development does React evaluate code, the error overlay add styles, and hot reload use a socket
  const isDevelopment = process.env.NODE_ENV === "development";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    // beside a nonce, browsers ignore 'unsafe-inline'
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? ` ws://${host}` : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "manifest-src 'self'",
  ].join("; ");
}

/**
 * Whether the portal itself led the browser to the page that follows a sign-out. A link or an image on another site must not
 * be able to remove what the browser keeps for the portal.
 */
function hasSignedOut({ nextUrl, headers }: NextRequest): boolean {
  return (
    nextUrl.pathname === "/sign-in" &&
    nextUrl.searchParams.get("ended") === "1" &&
    headers.get("sec-fetch-site") === "same-origin" &&
    headers.get("sec-fetch-dest") === "document"
  );
}

export const config = {
  // everything that Next could render as a page: all but the API's handlers, the build's files, and public files by name
  matcher: [
    "/((?!api/|_next/static/|templates/pocketsoc-logic-app\\.json$|templates/pocketsoc-defender-automation\\.json$|templates/pocketsoc-defender-automation\\.bicep$|icons/icon-192\\.png$|icons/icon-512\\.png$|icons/maskable-512\\.png$|icons/badge-96\\.png$|sw\\.js$|offline\\.html$|manifest\\.webmanifest$|icon\\.svg$|apple-icon\\.png$).*)",
  ],
};
