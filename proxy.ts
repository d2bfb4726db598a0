import { type NextRequest, NextResponse } from "next/server";

/** Gives every page its Content-Security-Policy. It guards nothing: pages, actions and handlers do. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  // React evaluates code, the error overlay brings styles and hot reload uses a socket; a build leaves all of this out
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
  // where a person wanted to go, for the way back from sign-in
  const wanted = new URL(request.nextUrl.pathname + request.nextUrl.search, "http://portal");
  wanted.searchParams.delete("_rsc");
  headers.set("x-pocketsoc-path", wanted.pathname + wanted.search);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

export const config = {
  matcher: [
    "/((?!api/|templates/|icons/|sw\\.js|offline\\.html|manifest\\.webmanifest|_next/static|_next/image|favicon.ico).*)",
  ],
};
