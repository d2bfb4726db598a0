import type { Answer } from "../http.ts";
import { carries } from "./challenges.ts";
import { checkClient, checkConfidential, type Credentials, credentialsOf } from "./clients.ts";
import { type Application, whatKeepsOut } from "./directory.ts";
import type { EntraUrls } from "./urls.ts";
import { entraError } from "./errors.ts";
import type { Grants } from "./grants.ts";
import type { Keys } from "./keys.ts";
import type { Store } from "./store.ts";
import { Tokens, twists } from "./tokens.ts";

/** Entra ID's token endpoint: an application's own tokens, codes, refresh tokens. */
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

  /** What the request is about, for arming faults. */
  static targetsOf(grantType: string): string[] {
    const narrow: Record<string, string> = { authorization_code: "code", refresh_token: "refresh" };
    return ["token", ...(narrow[grantType] ? [narrow[grantType]] : [])];
  }

  async answer(tenantId: string, form: URLSearchParams, authorization: string | undefined): Promise<Answer> {
    if (!this.store.hasTenant(tenantId)) return entraError(90002, { tenant: tenantId });
    const credentials = credentialsOf(form, authorization);
    const { clientId } = credentials;
    const app = this.store.application(tenantId, clientId);
    if (!app) return entraError(700016, { app: clientId, tenant: tenantId });
    const grantType = form.get("grant_type");
    if (grantType === "client_credentials") return this.clientCredentials(app, form, credentials);
    if (grantType === "authorization_code") return this.code(app, form, credentials);
    if (grantType === "refresh_token") return this.refresh(app, form, credentials);
    return entraError(70003);
  }

  private address(app: Application): string {
    return `${this.urls.authorityHost}/${app.tenantId}/oauth2/v2.0/token`;
  }

  private async clientCredentials(
    app: Application,
    form: URLSearchParams,
    credentials: Credentials,
  ): Promise<Answer> {
    const refused = await checkConfidential(app, credentials, this.address(app));
    if (refused) return refused;
    const scopes = (form.get("scope") ?? "").split(" ");
    if (!scopes.includes(`${this.urls.armEndpoint}/.default`)) return entraError(70011);
    return { status: 200, body: await this.tokens.forApplication(app) };
  }

  private async code(app: Application, form: URLSearchParams, credentials: Credentials): Promise<Answer> {
    const asked = this.grants.codeOf(form)?.redirectUri;
    const platform = app.redirects.find(({ uri }) => uri === asked)?.platform;
    const refused = await checkClient(app, platform, credentials, this.address(app));
    if (refused) return refused;
    const grant = this.grants.redeem(form.get("code") ?? "", app.clientId, form);
    if (typeof grant === "number") return entraError(grant);
    const account = this.store.account(grant.objectId);
    const kept = whatKeepsOut(account);
    if (kept) return entraError(kept, { app: app.clientId });
    const { objectId, scopes, nonce } = grant;
    const satisfies = this.store
      .challengesOf(objectId, [])
      .filter((one) => carries(grant.claims, one) || (!one.interactive && carries(form.get("claims"), one)))
      .map((one) => one.id);
    const session = { objectId, clientId: app.clientId, scopes, platform: platform ?? "web", satisfies };
    const twist = this.store.takeFault(TokenEndpoint.targetsOf("authorization_code"), (kind) =>
      twists.includes(kind),
    )?.kind;
    return { status: 200, body: await this.tokens.forPerson(account, session, nonce, twist) };
  }

  private async refresh(app: Application, form: URLSearchParams, credentials: Credentials): Promise<Answer> {
    const held = this.grants.refreshTokenOf(form);
    if (held?.session.clientId !== app.clientId) return entraError(700082);
    const { session, givenAt } = held;
    const refused = await checkClient(app, session.platform, credentials, this.address(app));
    if (refused) return refused;
    const account = this.store.account(session.objectId);
    const kept = whatKeepsOut(account, givenAt);
    if (kept) return entraError(kept, { app: app.clientId });
    const asked = this.store
      .challengesOf(session.objectId, session.satisfies)
      .filter((one) => carries(form.get("claims"), one));
    const interactive = asked.find((one) => one.interactive);
    if (interactive) return entraError(50076, { error: "interaction_required", claims: interactive.claims });
    if (!this.grants.spendRefreshToken(form.get("refresh_token") ?? "")) return entraError(700082);
    const satisfies = [...session.satisfies, ...asked.map((one) => one.id)];
    return { status: 200, body: await this.tokens.forPerson(account, { ...session, satisfies }, null) };
  }
}
