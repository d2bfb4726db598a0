import { LogLevel, PublicClientApplication } from "@azure/msal-node";
import {
  type SignedIn,
  type VendorApplication,
  type VendorCredential,
  VendorError,
  type VendorIo,
  type VendorSignIn,
} from "../contract.ts";
import { entraError, problemOf } from "./errors.ts";
import { phoneRedirectUri } from "./guide.ts";
import { forPerson } from "./person-errors.ts";
import { askEntra, discover } from "./network.ts";
import { type AccessToken, knownToken } from "./token.ts";

type PersonCredential = Extract<VendorCredential, { kind: "person" }>;

const scopesOf = (io: VendorIo) => [
  `${io.resourceManagerEndpoint}/user_impersonation`,
  "offline_access",
  "openid",
  "profile",
];

/** Runs a call of a public client's, one instance for each: its cache holds one person's tokens and no other's. */
function withPublicClient<T>(
  application: VendorApplication,
  io: VendorIo,
  call: (client: PublicClientApplication) => Promise<T>,
): Promise<T> {
  const authority = new URL(io.authorityHost);
  return askEntra(io, async (networkClient) =>
    call(
      new PublicClientApplication({
        auth: {
          clientId: application.applicationId,
          authority: `${authority.origin}/${encodeURIComponent(application.tenantId)}`,
          knownAuthorities: [authority.host],
          authorityMetadata: await discover(application, io),
          // we answer claims challenges, so that what changes in the directory takes effect at once
          clientCapabilities: ["cp1"],
        },
        system: { networkClient, loggerOptions: { logLevel: LogLevel.Error, loggerCallback: () => {} } },
      }),
    ),
  );
}

/** People's sign-in at Entra ID: authorization code, PKCE, no secret (docs/decisions/0012). */
export const signIn: VendorSignIn = {
  native: ({ tenantId, applicationId }, io) => ({
    authority: `${new URL(io.authorityHost).origin}/${encodeURIComponent(tenantId)}`,
    clientId: applicationId,
    redirectUri: phoneRedirectUri,
    scope: scopesOf(io).join(" "),
  }),
  begin: (application, request, io) =>
    withPublicClient(application, io, (client) =>
      client.getAuthCodeUrl({
        scopes: scopesOf(io),
        redirectUri: request.redirectUri,
        state: request.state,
        nonce: request.nonce,
        codeChallenge: request.challenge,
        codeChallengeMethod: "S256",
        ...(request.loginHint ? { loginHint: request.loginHint } : { prompt: "select_account" }),
        ...(request.claims ? { claims: request.claims } : {}),
      }),
    ),
  async finish(application, answer, io): Promise<SignedIn> {
    try {
      return await withPublicClient(application, io, async (client) => {
        const result = await client.acquireTokenByCode(
          {
            scopes: scopesOf(io),
            redirectUri: answer.redirectUri,
            code: answer.code,
            codeVerifier: answer.verifier,
            ...(answer.claims ? { claims: answer.claims } : {}),
          },
          { code: answer.code, nonce: answer.nonce },
        );
        const claims = result.idTokenClaims as Record<string, unknown>;
        if (claims.nonce !== answer.nonce) throw problemOf("answer_foreign");
        if (String(claims.tid).toLowerCase() !== application.tenantId) throw problemOf("other_tenant");
        if (typeof claims.oid !== "string" || !result.account) throw problemOf("not_json");
        return {
          cache: client.getTokenCache().serialize(),
          tenantId: application.tenantId,
          objectId: claims.oid.toLowerCase(),
          account: result.account.username || String(claims.preferred_username ?? ""),
        };
      });
    } catch (error) {
      throw error instanceof VendorError ? new VendorError(forPerson(error.problem)) : error;
    }
  },
  problem(error, description) {
    const number = Number(/^AADSTS(\d{4,8})\b/.exec(description)?.[1] ?? 0);
    if (error === "access_denied" && (number === 0 || number === 65004))
      return problemOf("sign_in_cancelled").problem;
    return forPerson(entraError(number ? [number] : [], 400, null).problem);
  },
  consentUrl: ({ tenantId, applicationId }, io) =>
    `${io.authorityHost}/${encodeURIComponent(tenantId)}/adminconsent?client_id=${encodeURIComponent(applicationId)}`,
};

/**
 * A person's access token. Where this process has none that lasts, the shared cache is asked under its lock, and
 * Entra ID only when that has none either. `refused` is one that the vendor took no more, `claims` what it asked
 * to have proved. Throws VendorError.
 */
export function personToken(
  credential: PersonCredential,
  refused: string | null,
  claims: string | null,
  io: VendorIo,
): Promise<string> {
  return knownToken(credential.tokens.key, refused, io, async () => {
    // what needs no lock is asked before it is taken
    await discover(credential, io);
    return credential.tokens.update((cache) => renew(credential, cache, refused, claims, io));
  });
}

/** Fills the cache; one that can't be read holds nobody. */
function accountsIn(tokens: ReturnType<PublicClientApplication["getTokenCache"]>, cache: string) {
  try {
    tokens.deserialize(cache);
  } catch {
    throw problemOf("sign_in_needed");
  }
  return tokens.getAllAccounts();
}

function renew(
  credential: PersonCredential,
  cache: string,
  refused: string | null,
  claims: string | null,
  io: VendorIo,
): Promise<{ cache: string; value: AccessToken }> {
  return withPublicClient(credential, io, async (client) => {
    const tokens = client.getTokenCache();
    const accounts = await accountsIn(tokens, cache);
    // a guest has a profile in the home tenant too; the tokens are this tenant's
    const account = accounts.find((one) => one.tenantId === credential.tenantId) ?? accounts[0];
    if (!account) throw problemOf("sign_in_needed");
    const request = { account, scopes: scopesOf(io).slice(0, 1), ...(claims ? { claims } : {}) };
    let result = await client.acquireTokenSilent(request);
    if (result.accessToken === refused)
      result = await client.acquireTokenSilent({ ...request, forceRefresh: true });
    const expiresAt = result.expiresOn?.getTime() ?? io.now().getTime() + 60_000;
    return { cache: tokens.serialize(), value: { token: result.accessToken, expiresAt } };
  });
}
