"use server";

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { isSameOrigin } from "#lib/auth/action.ts";
import { sessionCookieName } from "#lib/auth/cookies.ts";
import { getServices } from "#lib/auth/services.ts";
import { readSessionId } from "#lib/auth/session.ts";
import { signOut } from "#lib/services/sessions/current.ts";

export async function endSession(): Promise<void> {
  if (!(await isSameOrigin())) return;
  const sessionId = await readSessionId();
  if (sessionId) await signOut(getServices(), sessionId);
  (await cookies()).delete(sessionCookieName());
  redirect("/sign-in?ended=1");
}
