import type { PublicClientApplication } from "@azure/msal-node";
import type { VendorCredential } from "../../credential.ts";
import { answerError, type EntraCall, entraApplication } from "./api.ts";
import { discover } from "./network.ts";
import { scopesOf, withPublicClient } from "./public-client.ts";
import { type AccessToken, knownToken } from "./token.ts";

type PersonCredential = Extract<VendorCredential, { kind: "person" }>;

/**
 * Returns an access token of a person. If this process has no valid token, reads the shared cache under a lock, and renews
 * the token at Entra ID if necessary. `refused` is a token that the vendor has just rejected; `claims` is the claims
 * challenge of that rejection. Throws VendorError.
 */
export function personToken(
  credential: PersonCredential,
  refused: string | null,
  claims: string | null,
  at: EntraCall,
): Promise<string> {
  const key = `${credential.tokens.key} ${at.api.origin(at.cloud)}`;
  return knownToken(key, refused, at.io, async () => {
    // discovery needs no lock, so it runs before the lock is taken
    await discover(credential.application, at);
    return credential.tokens.update((cache) => renew(credential, cache, refused, claims, at));
  });
}

/**
 * Loads the shared cache into MSAL and returns the accounts in the cache. Throws VendorError `sign_in_needed` if the cache
 * can't be read.
 */
function loadAccounts(
  { api }: EntraCall,
  tokens: ReturnType<PublicClientApplication["getTokenCache"]>,
  cache: string,
) {
  try {
    tokens.deserialize(cache);
  } catch {
    throw answerError(api, "sign_in_needed");
  }
  return tokens.getAllAccounts();
}

function renew(
  { application }: PersonCredential,
  cache: string,
  refused: string | null,
  claims: string | null,
  at: EntraCall,
): Promise<{ cache: string; value: AccessToken }> {
  return withPublicClient(application, at, async (client) => {
    const tokens = client.getTokenCache();
    const accounts = await loadAccounts(at, tokens, cache);
    // a guest also has a profile in their home tenant, but the tokens are for this one
    const { tenantId } = entraApplication(application);
    const account = accounts.find((candidate) => candidate.tenantId === tenantId) ?? accounts[0];
    if (!account) throw answerError(at.api, "sign_in_needed");
    const request = { account, scopes: scopesOf(at).slice(0, 1), ...(claims ? { claims } : {}) };
    let result = await client.acquireTokenSilent(request);
    if (result.accessToken === refused)
      result = await client.acquireTokenSilent({ ...request, forceRefresh: true });
    const expiresAt = result.expiresOn?.getTime() ?? at.io.now().getTime() + 60_000;
    return { cache: tokens.serialize(), value: { token: result.accessToken, expiresAt } };
  });
}
