import type { VendorCredential } from "../../credential.ts";
import type { EntraCall } from "./api.ts";
import { personToken } from "./person-token.ts";
import { cachedToken, fetchToken } from "./token.ts";

/** Where a client of one of Microsoft's APIs gets its tokens from. */
export type TokenSource = {
  token(): Promise<string>;
  /** One in the place of a token that was refused, with what the refusal asked for; null when there is none. */
  renew(refused: string, claims: string | null): Promise<string | null>;
};

/** Kept tokens, for polling and writing. */
export function keptTokens(credential: VendorCredential, at: EntraCall): TokenSource {
  const ask = (refused: string | null, claims: string | null) =>
    credential.kind === "person"
      ? personToken(credential, refused, claims, at)
      : cachedToken(credential, refused, at);
  return { token: () => ask(null, null), renew: ask };
}

/**
 * Tokens for a check: an application's straight from Entra ID, so that no kept one hides a wrong secret; a
 * person's from the sign-in that has just been.
 */
export async function freshTokens(credential: VendorCredential, at: EntraCall): Promise<TokenSource> {
  if (credential.kind === "person") {
    const tokens = keptTokens(credential, at);
    await tokens.token();
    return tokens;
  }
  const { token } = await fetchToken(credential, at);
  return { token: async () => token, renew: async () => null };
}
