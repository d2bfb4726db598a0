import type { VendorCredential } from "../../credential.ts";
import type { EntraCall } from "./api.ts";
import { personToken } from "./person-token.ts";
import { cachedToken, fetchToken } from "./token.ts";

/** Supplies access tokens to the client of a Microsoft API. Both methods throw VendorError. */
export type TokenSource = {
  token(): Promise<string>;
  /** Returns a new token with these claims, which replaces `refused`. Returns null if no other token is available. */
  renew(refused: string, claims: string | null): Promise<string | null>;
};

/** Supplies cached tokens, for polling and writing. */
export function cachedTokens(credential: VendorCredential, at: EntraCall): TokenSource {
  const getToken = (refused: string | null, claims: string | null) =>
    credential.kind === "person"
      ? personToken(credential, refused, claims, at)
      : cachedToken(credential, refused, at);
  return { token: () => getToken(null, null), renew: getToken };
}

/**
 * Supplies tokens for a verification. An application's token is fetched from Entra ID, because a cached token would hide a
 * wrong secret. A person's token comes from the sign-in that the person has just completed. Throws VendorError.
 */
export async function freshTokens(credential: VendorCredential, at: EntraCall): Promise<TokenSource> {
  if (credential.kind === "person") {
    const tokens = cachedTokens(credential, at);
    await tokens.token();
    return tokens;
  }
  const { token } = await fetchToken(credential, at);
  return { token: async () => token, renew: async () => null };
}
