"use server";

import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { isSameOrigin } from "#lib/auth/action.ts";
import { firstAdminCookie, sessionCookieName, sessionCookieOptions } from "#lib/auth/cookies.ts";
import { getServices } from "#lib/auth/services.ts";
import { readSessionId, setSessionCookie } from "#lib/auth/session.ts";
import { sessionAbsoluteMs } from "#lib/domain/session.ts";
import { signOut, switchOrganisation } from "#lib/services/sessions/current.ts";
import { useBreakGlassLink } from "#lib/services/sessions/login-link.ts";

export async function endSession(): Promise<void> {
  if (!(await isSameOrigin())) return;
  const sessionId = await readSessionId();
  if (sessionId) await signOut(getServices(), sessionId);
  (await cookies()).delete(sessionCookieName());
  redirect("/sign-in?ended=1");
}

export async function chooseOrganisation(form: FormData): Promise<void> {
  if (!(await isSameOrigin())) return;
  const sessionId = await readSessionId();
  const outcome =
    sessionId && (await switchOrganisation(getServices(), sessionId, String(form.get("organisationId"))));
  redirect(outcome === "sign_in_again" ? "/sign-in/again" : "/detections");
}

export async function rememberFirstAdmin(token: string): Promise<void> {
  if (!(await isSameOrigin()) || !/^[\w-]{43}$/.test(token)) return;
  (await cookies()).set(firstAdminCookie, token, { ...sessionCookieOptions(), maxAge: 600 });
}

export async function openBreakGlass(token: string): Promise<{ problem: string }> {
  const refused = {
    problem: "The link was used already, or is older than 15 minutes. Make another with npm run login-link.",
  };
  if (!(await isSameOrigin()) || !/^[\w-]{43}$/.test(token)) return refused;
  const userAgent = (await headers()).get("user-agent") ?? "";
  const sessionId = await useBreakGlassLink(getServices(), token, userAgent, await readSessionId());
  if (!sessionId) return refused;
  await setSessionCookie(sessionId, new Date(Date.now() + sessionAbsoluteMs));
  redirect("/detections");
}
