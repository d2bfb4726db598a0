import type { Answer } from "../http.ts";
import { hasClaimsOf } from "./challenges.ts";
import { checkClient, checkConfidential, type Credentials, credentialsOf } from "./clients.ts";
import { type Application, signInErrorOf } from "./directory.ts";
import type { EntraUrls } from "./urls.ts";
import { entraError } from "./errors.ts";
import type { Grants } from "./grants.ts";
import type { Keys } from "./keys.ts";
import type { Store } from "./store.ts";
import { Tokens, twists } from "./tokens.ts";

/** Entra ID's token endpoint, for client credentials, authorization codes and refresh tokens. */
export class TokenEndpoint {
  private readonly store: Store;
  private readonly grants: Grants;
  private readonly urls: EntraUrls;
  private readonly tokens: Tokens;

  constructor(store: Store, keys: Keys, grants: Grants, urls: EntraUrls) {
    this.store = store;
    this.grants = grants;
    this.urls = urls;
    this.tokens = new Tokens(store, keys, grants, urls);
  }

  /** Returns the fault targets that a token request with this grant type matches. */
  static targetsOf(grantType: string): string[] {
    const grantTargets: Record<string, string> = { authorization_code: "code", refresh_token: "refresh" };
    return ["token", ...(grantTargets[grantType] ? [grantTargets[grantType]] : [])];
  }

  async answer(tenantId: string, form: URLSearchParams, authorization: string | undefined): Promise<Answer> {
    if (!this.store.hasTenant(tenantId)) return entraError(90002, { tenant: tenantId });
    const credentials = credentialsOf(form, authorization);
    const { clientId } = credentials;
    const app = this.store.application(tenantId, clientId);
    if (!app) return entraError(700016, { app: clientId, tenant: tenantId });
    const grantType = form.get("grant_type");
    if (grantType === "client_credentials") return this.grantToApplication(app, form, credentials);
    if (grantType === "authorization_code") return this.redeemCode(app, form, credentials);
    if (grantType === "refresh_token") return this.renew(app, form, credentials);
    return entraError(70003);
  }

  private address(app: Application): string {
    return `${this.urls.authorityHost}/${app.tenantId}/oauth2/v2.0/token`;
  }

  private async grantToApplication(
    app: Application,
    form: URLSearchParams,
    credentials: Credentials,
  ): Promise<Answer> {
    const refused = await checkConfidential(app, credentials, this.address(app));
    if (refused) return refused;
    const scopes = (form.get("scope") ?? "").split(" ");
    const audience = [this.urls.armEndpoint, this.urls.graphEndpoint].find((api) =>
      scopes.includes(`${api}/.default`),
    );
    if (!audience) return entraError(70011);
    return { status: 200, body: await this.tokens.forApplication(app, audience) };
  }

  private async redeemCode(
    app: Application,
    form: URLSearchParams,
    credentials: Credentials,
  ): Promise<Answer> {
    const redirectUri = this.grants.codeOf(form)?.redirectUri;
    const platform = app.redirects.find(({ uri }) => uri === redirectUri)?.platform;
    const refused = await checkClient(app, platform, credentials, this.address(app));
    if (refused) return refused;
    const grant = this.grants.redeem(form.get("code") ?? "", app.clientId, form);
    if (typeof grant === "number") return entraError(grant);
    const account = this.store.account(grant.objectId);
    const signInError = signInErrorOf(account);
    if (signInError) return entraError(signInError, { app: app.clientId });
    const { objectId, scopes, nonce } = grant;
    const satisfies = this.store
      .challengesOf(objectId, [])
      .filter(
        (challenge) =>
          hasClaimsOf(grant.claims, challenge) ||
          (!challenge.interactive && hasClaimsOf(form.get("claims"), challenge)),
      )
      .map(({ id }) => id);
    const session = { objectId, clientId: app.clientId, scopes, platform: platform ?? "web", satisfies };
    const twist = this.store.takeFault(TokenEndpoint.targetsOf("authorization_code"), (kind) =>
      twists.includes(kind),
    )?.kind;
    return { status: 200, body: await this.tokens.forPerson(account, session, nonce, twist) };
  }

  private async renew(app: Application, form: URLSearchParams, credentials: Credentials): Promise<Answer> {
    const refreshToken = this.grants.refreshTokenOf(form);
    if (refreshToken?.session.clientId !== app.clientId) return entraError(700082);
    const { session, issuedAt } = refreshToken;
    const refused = await checkClient(app, session.platform, credentials, this.address(app));
    if (refused) return refused;
    const account = this.store.account(session.objectId);
    const signInError = signInErrorOf(account, issuedAt);
    if (signInError) return entraError(signInError, { app: app.clientId });
    const met = this.store
      .challengesOf(session.objectId, session.satisfies)
      .filter((challenge) => hasClaimsOf(form.get("claims"), challenge));
    const interactive = met.find((challenge) => challenge.interactive);
    if (interactive) return entraError(50076, { error: "interaction_required", claims: interactive.claims });
    if (!this.grants.spendRefreshToken(form.get("refresh_token") ?? "")) return entraError(700082);
    const satisfies = [...session.satisfies, ...met.map(({ id }) => id)];
    return { status: 200, body: await this.tokens.forPerson(account, { ...session, satisfies }, null) };
  }
}
