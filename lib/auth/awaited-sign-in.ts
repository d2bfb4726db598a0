import "server-only";
import { cookies } from "next/headers";
import { decode } from "next-auth/jwt";
import { getEnv } from "#lib/platform/env.ts";

/**
 * Whether this browser waits for an answer of the directory with this `state`, which the directory repeats: next-auth sealed it
 * in the browser's cookie when the sign-in began. Another sign-in of the browser replaces the cookie, a finished one removes
 * it, and it ends after 15 minutes.
 */
export async function awaitsSignIn(state: string | null): Promise<boolean> {
  const { portalUrl, sessionSecret: secret } = getEnv();
  const name = `${portalUrl.startsWith("https:") ? "__Secure-" : ""}next-auth.state`;
  const token = (await cookies()).get(name)?.value;
  if (!state || !token) return false;
  // a cookie that doesn't decode has ended or isn't ours
  const sealed = await decode({ token, secret, salt: name }).catch(() => null);
  return sealed?.value === state;
}
