import "server-only";
import { getEnv } from "#lib/platform/env.ts";

export const firstAdminCookie = "pocketsoc.first-admin";

const secure = () => getEnv().portalUrl.startsWith("https:");

/** `__Host-` wherever the portal is served over TLS. */
export function sessionCookieName(): string {
  return secure() ? "__Host-pocketsoc.session" : "pocketsoc.session";
}

/** Host-only, unseen by scripts, not sent along by other sites' posts. */
export function sessionCookieOptions() {
  return { httpOnly: true, sameSite: "lax" as const, path: "/", secure: secure() };
}
