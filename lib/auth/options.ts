import "server-only";
import type { NextAuthOptions } from "next-auth";
import { cookies, headers } from "next/headers";
import { sessionAbsoluteMs } from "#lib/domain/session.ts";
import { cleanText } from "#lib/domain/text.ts";
import { getEnv } from "#lib/platform/env.ts";
import { signIn } from "#lib/identity/sessions/sign-in.ts";
import { type Endpoints, signInIssuer } from "./directory.ts";
import { firstAdminCookie, sessionCookieName, sessionCookieOptions } from "./cookies.ts";
import { getServices } from "./services.ts";
import { readSessionId } from "./session.ts";

/** the routes of next-auth that the sign-in uses; its other routes sign out without ending the session, log and show pages */
export const servedRoutes = {
  // `signin` and `error` only lead on to our own page
  GET: new Set(["csrf", "session", "providers", "callback/azure-ad", "signin", "error"]),
  POST: new Set(["signin/azure-ad"]),
};

type EntraProfile = { tid?: string; oid?: string; name?: string; preferred_username?: string };

/**
 * The options of next-auth for one Entra ID directory: a tenant-specific issuer, PKCE, state and nonce, and no call to
 * Graph. The cookie's token contains only a session id. The table `sessions` says whether the session is valid. `directory` is
 * null for routes that don't ask the directory.
 */
// long: one object of settings, as next-auth takes it
export function authOptions(directory: Endpoints | null): NextAuthOptions {
  const env = getEnv();
  const maxAge = sessionAbsoluteMs / 1_000;
  return {
    secret: env.sessionSecret,
    session: { strategy: "jwt", maxAge },
    // the token ends with its cookie, so that its expiry tells the cookie's
    jwt: { maxAge },
    useSecureCookies: env.portalUrl.startsWith("https:"),
    cookies: { sessionToken: { name: sessionCookieName(), options: sessionCookieOptions() } },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: [
      {
        id: "azure-ad",
        name: "Microsoft Entra ID",
        type: "oauth",
        // given, because next-auth would ask the directory for them at every sign-in
        issuer: signInIssuer(),
        token: directory?.token_endpoint,
        jwks_endpoint: directory?.jwks_uri,
        clientId: env.signIn.clientId,
        clientSecret: env.signIn.clientSecret,
        authorization: {
          url: directory?.authorization_endpoint,
          params: { scope: "openid profile email", prompt: "select_account" },
        },
        idToken: true,
        // with a new connection for each request; openid-client's own limit of 3.5 s is short for a proxy
        httpOptions: { agent: getServices().egress.single, timeout: 10_000 },
        checks: ["pkce", "state", "nonce"],
        profile: (profile: EntraProfile) => ({
          id: `${profile.tid}:${profile.oid}`,
          name: profile.name ?? "",
        }),
      },
    ],
    callbacks: {
      signIn({ profile }) {
        const { tid, oid } = (profile ?? {}) as EntraProfile;
        return (
          typeof oid === "string" &&
          typeof tid === "string" &&
          tid.toLowerCase() === env.signIn.directoryId.toLowerCase()
        );
      },
      async jwt({ token, account, profile }) {
        if (!account || !profile) return { sessionId: token.sessionId };
        const entra = profile as EntraProfile;
        const jar = await cookies();
        const { sessionId } = await signIn(
          getServices(),
          {
            directoryId: entra.tid ?? "",
            objectId: entra.oid ?? "",
            signInName: entra.preferred_username ?? "",
            displayName: entra.name ?? "",
          },
          {
            userAgent: (await headers()).get("user-agent") ?? "",
            firstAdminToken: jar.get(firstAdminCookie)?.value ?? null,
            replaces: await readSessionId(),
          },
        );
        return { sessionId };
      },
      // scripts of a page can read this, so it contains nothing of the session
      session({ session }) {
        return { expires: session.expires };
      },
      redirect({ url, baseUrl }) {
        const target = URL.parse(url, baseUrl);
        return target?.origin === baseUrl ? target.href : baseUrl;
      },
    },
    logger: {
      error: (code, detail) => getServices().log("auth.error", { code, ...causeOf(asError(detail)) }),
      warn: (code) => getServices().log("auth.warning", { code }),
      debug: () => {},
    },
  };
}

function asError(detail: unknown): unknown {
  return detail && typeof detail === "object" && "error" in detail ? detail.error : detail;
}

/** The cause of an error for the log, without a stack if it is only the directory's answer: those come from outside, in any number. */
const causeOf = (error: unknown) =>
  error instanceof Error && error.name === "OAuthCallbackError"
    ? { reason: cleanText(error.message, 500) }
    : { error };
