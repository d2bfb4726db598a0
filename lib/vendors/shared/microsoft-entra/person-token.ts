import type { PublicClientApplication } from "@azure/msal-node";
import type { VendorCredential } from "../../credential.ts";
import { answerError, type EntraCall, entraApplication } from "./api.ts";
import { discover } from "./network.ts";
import { scopesOf, withPublicClient } from "./public-client.ts";
import { type AccessToken, knownToken } from "./token.ts";

type PersonCredential = Extract<VendorCredential, { kind: "person" }>;

/**
 * A person's access token. Where this process has none that lasts, the shared cache is asked under its lock, and
 * Entra ID only when that has none either. `refused` is one that the vendor took no more, `claims` what it asked
 * to have proved. Throws VendorError.
 */
export function personToken(
  credential: PersonCredential,
  refused: string | null,
  claims: string | null,
  at: EntraCall,
): Promise<string> {
  const key = `${credential.tokens.key} ${at.api.origin(at.cloud)}`;
  return knownToken(key, refused, at.io, async () => {
    // what needs no lock is asked before it is taken
    await discover(credential.application, at);
    return credential.tokens.update((cache) => renew(credential, cache, refused, claims, at));
  });
}

/** Fills the cache; one that can't be read holds nobody. */
function accountsIn(
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
    const accounts = await accountsIn(at, tokens, cache);
    // a guest has a profile in the home tenant too; the tokens are this tenant's
    const { tenantId } = entraApplication(application);
    const account = accounts.find((one) => one.tenantId === tenantId) ?? accounts[0];
    if (!account) throw answerError(at.api, "sign_in_needed");
    const request = { account, scopes: scopesOf(at).slice(0, 1), ...(claims ? { claims } : {}) };
    let result = await client.acquireTokenSilent(request);
    if (result.accessToken === refused)
      result = await client.acquireTokenSilent({ ...request, forceRefresh: true });
    const expiresAt = result.expiresOn?.getTime() ?? at.io.now().getTime() + 60_000;
    return { cache: tokens.serialize(), value: { token: result.accessToken, expiresAt } };
  });
}
