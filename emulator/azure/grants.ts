import { createHash, randomBytes } from "node:crypto";
import type { Redirect } from "./directory.ts";

/** A person's sign-in to an application. It lasts as long as the application renews its refresh token. */
export type Session = {
  objectId: string;
  clientId: string;
  scopes: string[];
  platform: Redirect["platform"];
  /** ids of the claims challenges that the session's tokens satisfy */
  satisfies: string[];
};
/** The request for a sign-in, stored under an authorization code until an application redeems the code. */
type Grant = {
  objectId: string;
  clientId: string;
  redirectUri: string;
  challenge: string;
  nonce: string | null;
  /** the `claims` parameter with which the sign-in page was requested */
  claims: string | null;
  scopes: string[];
};
type RefreshToken = { session: Session; issuedAt: number };
type Code = Grant & { expiresAt: number; used: boolean };

/** All authorization codes and refresh tokens that the emulator has issued. */
export class Grants {
  private readonly codes = new Map<string, Code>();
  private readonly refreshTokens = new Map<string, RefreshToken>();

  /** Issues a code that works once, within ten minutes. */
  addCode(grant: Grant): string {
    const code = randomBytes(24).toString("base64url");
    this.codes.set(code, { ...grant, expiresAt: Date.now() + 600_000, used: false });
    return code;
  }

  /** Redeems a code. Returns the code's grant, or an AADSTS number if the code is refused. */
  redeem(code: string, clientId: string, form: URLSearchParams): Grant | number {
    const grant = this.codes.get(code);
    if (!grant || grant.clientId.toLowerCase() !== clientId || grant.expiresAt < Date.now()) return 70008;
    if (grant.used) return 54005;
    if (grant.redirectUri !== form.get("redirect_uri")) return 500112;
    const verifier = form.get("code_verifier") ?? "";
    if (createHash("sha256").update(verifier).digest("base64url") !== grant.challenge) return 501481;
    grant.used = true;
    return grant;
  }

  codeOf(form: URLSearchParams): Grant | undefined {
    return this.codes.get(form.get("code") ?? "");
  }

  refreshTokenOf(form: URLSearchParams): RefreshToken | undefined {
    return this.refreshTokens.get(form.get("refresh_token") ?? "");
  }

  /**
   * Returns the object id of the person whose code or refresh token is in the form, or undefined if the emulator doesn't
   * know it.
   */
  personOf(form: URLSearchParams): string | undefined {
    return this.codeOf(form)?.objectId ?? this.refreshTokenOf(form)?.session.objectId;
  }

  addRefreshToken(session: Session): string {
    const token = randomBytes(48).toString("base64url");
    this.refreshTokens.set(token, { session, issuedAt: performance.now() });
    return token;
  }

  /**
   * Marks a refresh token as used. Returns false if the token was used before. Entra ID is less strict: it still accepts an
   * old refresh token.
   */
  spendRefreshToken(token: string): boolean {
    return this.refreshTokens.delete(token);
  }

  /** Invalidates every refresh token issued so far, as Entra ID does after 90 days without use. */
  expireRefreshTokens(): void {
    this.refreshTokens.clear();
  }
}
