"use server";

import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { actForAnyone } from "#lib/http/action.ts";
import { firstAdminCookie, sessionCookieOptions } from "#lib/auth/cookies.ts";
import { getServices } from "#lib/auth/services.ts";
import { readSessionId, setSessionCookie } from "#lib/auth/session.ts";
import { sessionAbsoluteMs } from "#lib/domain/session.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { signOut, switchOrganisation } from "#lib/identity/sessions/current.ts";
import { useBreakGlassLink } from "#lib/identity/sessions/login-link.ts";

const isToken = (token: string) => /^[\w-]{43}$/.test(token);

/**
 * Ends the session. The page that the browser loads next removes the cookie (proxy.ts): removing it here would make Next render
 * the present page again, for nobody.
 */
export async function endSession() {
  return actForAnyone(async () => {
    const sessionId = await readSessionId();
    if (sessionId) await signOut(getServices(), sessionId);
  });
}

/**
 * Switches the session to another organisation. Returns the address to load next, as a new document: the present page is the
 * previous organisation's.
 */
export async function chooseOrganisation(organisationId: string) {
  return actForAnyone(async () => {
    const sessionId = await readSessionId();
    const outcome = sessionId && (await switchOrganisation(getServices(), sessionId, String(organisationId)));
    return outcome === "sign_in_again" ? "/sign-in/again" : "/welcome";
  });
}

export async function rememberFirstAdmin(token: string) {
  return actForAnyone(async () => {
    if (!isToken(token))
      throw new ServiceError(
        "invalid",
        "The link isn't whole. Open all of it as the portal printed it at its start.",
      );
    (await cookies()).set(firstAdminCookie, token, { ...sessionCookieOptions(), maxAge: 600 });
  });
}

export async function openBreakGlass(token: string) {
  return actForAnyone(async () => {
    const userAgent = (await headers()).get("user-agent") ?? "";
    const sessionId =
      isToken(token) && (await useBreakGlassLink(getServices(), token, userAgent, await readSessionId()));
    if (!sessionId)
      throw new ServiceError(
        "invalid",
        "The link was used already, or is older than 15 minutes. Make another with npm run login-link.",
      );
    await setSessionCookie(sessionId, new Date(Date.now() + sessionAbsoluteMs));
    redirect("/detections");
  });
}
