import { createHash, randomBytes } from "node:crypto";
import type { Redirect } from "./directory.ts";

/** What a person granted an application, as long as its tokens are renewed. */
export type Session = {
  objectId: string;
  clientId: string;
  scopes: string[];
  platform: Redirect["platform"];
  /** the challenges that its tokens answer, by their id */
  satisfies: string[];
};
/** A code, before it is redeemed. */
type Grant = {
  objectId: string;
  clientId: string;
  redirectUri: string;
  challenge: string;
  nonce: string | null;
  /** what the sign-in page was asked for with this parameter */
  claims: string | null;
  scopes: string[];
};
type RefreshToken = { session: Session; givenAt: number };
type Code = Grant & { expiresAt: number; used: boolean };

/** The codes and refresh tokens given out. */
export class Grants {
  private readonly codes = new Map<string, Code>();
  private readonly refreshTokens = new Map<string, RefreshToken>();

  /** A code, good once and for ten minutes. */
  addCode(grant: Grant): string {
    const code = randomBytes(24).toString("base64url");
    this.codes.set(code, { ...grant, expiresAt: Date.now() + 600_000, used: false });
    return code;
  }

  /** What stands behind a code or, with its AADSTS number, what is wrong with it. */
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

  /** Whose code or refresh token a request brings, if that is known. */
  personOf(form: URLSearchParams): string | undefined {
    return this.codeOf(form)?.objectId ?? this.refreshTokenOf(form)?.session.objectId;
  }

  addRefreshToken(session: Session): string {
    const token = randomBytes(48).toString("base64url");
    this.refreshTokens.set(token, { session, givenAt: performance.now() });
    return token;
  }

  /** Stricter than Entra ID, which lets an old refresh token live on: here it is good once; false if it was spent. */
  spendRefreshToken(token: string): boolean {
    return this.refreshTokens.delete(token);
  }

  /** Every refresh token given out so far is dead, as after 90 days unused. */
  killRefreshTokens(): void {
    this.refreshTokens.clear();
  }
}
