import { createHash, randomBytes, randomUUID } from "node:crypto";
import { type Account, type Application, contoso, fabrikam } from "./directory.ts";
import type { EntraUrls } from "./urls.ts";
import type { Grants, Session } from "./grants.ts";
import type { Keys } from "./keys.ts";
import type { Store } from "./store.ts";

export const armScopes = ({ armEndpoint }: EntraUrls) =>
  ["user_impersonation", ".default"].map((name) => `${armEndpoint}/${name}`);

/** The kinds of fault that make issued tokens wrong. */
export const twists = ["other-tenant", "wrong-nonce"];

/** Makes the tokens that the token endpoint issues. */
export class Tokens {
  private readonly store: Store;
  private readonly keys: Keys;
  private readonly grants: Grants;
  private readonly urls: EntraUrls;

  constructor(store: Store, keys: Keys, grants: Grants, urls: EntraUrls) {
    this.store = store;
    this.keys = keys;
    this.grants = grants;
    this.urls = urls;
  }

  async forApplication(app: Application, audience: string): Promise<object> {
    const lifetime = this.store.settings.accessTokenLifetimeSeconds;
    const claims = {
      iss: this.issuer(app.tenantId),
      aud: audience,
      tid: app.tenantId,
      oid: app.objectId,
      appid: app.clientId,
    };
    return {
      token_type: "Bearer",
      expires_in: lifetime,
      ext_expires_in: lifetime,
      access_token: await this.keys.sign(claims, lifetime),
    };
  }

  /** Makes a person's tokens. A `twist`, which is a fault of kind "other-tenant" or "wrong-nonce", makes the tokens wrong. */
  async forPerson(account: Account, session: Session, nonce: string | null, twist?: string): Promise<object> {
    const { clientId, scopes } = session;
    const lifetime = this.store.settings.accessTokenLifetimeSeconds;
    const sub = createHash("sha256")
      .update(account.objectId + clientId)
      .digest("base64url");
    const person = { iss: this.issuer(account.tenantId), tid: account.tenantId, sub, oid: account.objectId };
    const otherTenant = account.tenantId === fabrikam ? contoso : fabrikam;
    const claimedTenant = twist === "other-tenant" ? otherTenant : account.tenantId;
    const idToken = {
      ...person,
      iss: this.issuer(claimedTenant),
      tid: claimedTenant,
      aud: clientId,
      name: account.name,
      preferred_username: account.signInName,
      ...(twist === "wrong-nonce" ? { nonce: randomUUID() } : nonce ? { nonce } : {}),
    };
    const accessToken = {
      ...person,
      aud: this.urls.armEndpoint,
      appid: clientId,
      scp: "user_impersonation",
      satisfies: session.satisfies,
    };
    const isForArm = scopes.some((scope) => armScopes(this.urls).includes(scope));
    const clientInfo = { uid: account.objectId, utid: claimedTenant };
    return {
      token_type: "Bearer",
      scope: isForArm ? armScopes(this.urls).join(" ") : "openid profile email",
      expires_in: lifetime,
      ext_expires_in: lifetime,
      access_token: isForArm
        ? await this.keys.sign(accessToken, lifetime)
        : randomBytes(24).toString("base64url"),
      ...(scopes.includes("offline_access") ? { refresh_token: this.grants.addRefreshToken(session) } : {}),
      id_token: await this.keys.sign(idToken, 3_600),
      client_info: Buffer.from(JSON.stringify(clientInfo)).toString("base64url"),
    };
  }

  private issuer(tenantId: string): string {
    return `${this.urls.authorityHost}/${tenantId}/v2.0`;
  }
}
