import { type NextRequest, NextResponse } from "next/server";
import { getEnv } from "#lib/platform/env.ts";

/**
 * Sets the Content-Security-Policy of every page, and settles the portal's address whatever a reverse proxy says. Permissions
 * are checked in pages, actions and handlers, not here.
 */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  // only in development does React evaluate code, the error overlay add styles, and hot reload use a socket
  const isDevelopment = process.env.NODE_ENV === "development";
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    // beside a nonce, browsers ignore 'unsafe-inline'
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? ` ws://${request.nextUrl.host}` : ""}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "manifest-src 'self'",
  ].join("; ");
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
  return response;
}

export const config = {
  matcher: [
    "/((?!api/|templates/|icons/|sw\\.js|offline\\.html|manifest\\.webmanifest|_next/static|_next/image|favicon.ico).*)",
  ],
};
