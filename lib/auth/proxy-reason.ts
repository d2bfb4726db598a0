import "server-only";
import { getEnv } from "#lib/platform/env.ts";
import { proxyRemedy, throughProxy } from "#lib/platform/proxy-problem.ts";
import { getServices } from "./services.ts";

/**
 * Returns sentences that say how the proxy kept a sign-in from Microsoft. Returns null if another cause is likelier. `error`
 * is next-auth's name of the error; next-auth doesn't pass the cause on, so the proxy's latest failure is taken.
 */
export function proxyReason(error: string): string | null {
  if (error !== "OAuthSignin" && error !== "OAuthCallback") return null;
  const { authorityHost } = getEnv().signIn;
  const problem = getServices().egress.latestProblem(authorityHost);
  // a callback fails for other reasons too, so there the proxy is named only if it failed
  if (!problem || (error === "OAuthCallback" && problem.failure === null)) return null;
  const remedy = proxyRemedy(problem, new URL(authorityHost).host);
  return `Microsoft could not be reached ${throughProxy(problem)}. Whoever runs PocketSOC should ${remedy}.`;
}
