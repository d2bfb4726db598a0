import { getEnv } from "#lib/platform/env.ts";

export const firstAdminCookie = "pocketsoc.first-admin";

const secure = () => getEnv().portalUrl.startsWith("https:");

/** The session cookie's name. It has the prefix `__Host-` if the portal is served over TLS. */
export function sessionCookieName(): string {
  return secure() ? "__Host-pocketsoc.session" : "pocketsoc.session";
}

/**
 * The options of the session cookie: only this host gets the cookie, scripts can't read it, and browsers don't send it with
 * other sites' POST requests.
 */
export function sessionCookieOptions() {
  return { httpOnly: true, sameSite: "lax" as const, path: "/", secure: secure() };
}
