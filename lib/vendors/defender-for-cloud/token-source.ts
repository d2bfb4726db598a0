import type { VendorCredential, VendorIo } from "../contract.ts";
import { personToken } from "./person.ts";
import { fetchToken, cachedToken } from "./token.ts";

/** Where a client of Resource Manager gets its tokens from. */
export type TokenSource = {
  token(): Promise<string>;
  /** One in the place of a token that was refused, with what the refusal asked for; null when there is none. */
  renew(refused: string, claims: string | null): Promise<string | null>;
};

/** Kept tokens, for polling and writing. */
export function keptTokens(credential: VendorCredential, io: VendorIo): TokenSource {
  const ask = (refused: string | null, claims: string | null) =>
    credential.kind === "person"
      ? personToken(credential, refused, claims, io)
      : cachedToken(credential, refused, io);
  return { token: () => ask(null, null), renew: ask };
}

/**
 * Tokens for a check: an application's straight from Entra ID, so that no kept one hides a wrong secret; a
 * person's from the sign-in that has just been.
 */
export async function freshTokens(credential: VendorCredential, io: VendorIo): Promise<TokenSource> {
  if (credential.kind === "person") {
    const tokens = keptTokens(credential, io);
    await tokens.token();
    return tokens;
  }
  const { token } = await fetchToken(credential, io);
  return { token: async () => token, renew: async () => null };
}
