import { createHash, randomBytes } from "node:crypto";
import { type Answer, escapeHtml } from "../http.ts";
import type { Account, Application, Redirect } from "./directory.ts";
import { entraError } from "./errors.ts";
import type { Keys } from "./keys.ts";
import { page } from "./pages.ts";
import type { Store } from "./store.ts";

type Grant = {
  account: Account;
  clientId: string;
  redirectUri: string;
  challenge: string;
  nonce: string | null;
  scopes: string[];
  expiresAt: number;
  used: boolean;
};
type Refresh = { account: Account; app: Application; scopes: string[]; platform: Redirect["platform"] };
export type EntraUrls = { authorityHost: string; browserUrl: string; armEndpoint: string };

/** Entra ID, as far as the portal meets it: discovery, keys, authorize, token. */
export class Entra {
  private readonly store: Store;
  private readonly keys: Keys;
  private readonly urls: EntraUrls;
  private readonly grants = new Map<string, Grant>();
  private readonly refreshes = new Map<string, Refresh>();

  constructor(store: Store, keys: Keys, urls: EntraUrls) {
    this.store = store;
    this.keys = keys;
    this.urls = urls;
  }

  hasTenant(tenantId: string): boolean {
    return this.store.subscriptions.some((one) => one.tenantId === tenantId.toLowerCase());
  }

  discovery(tenantId: string): Answer {
    if (!this.hasTenant(tenantId)) return entraError(90002, { tenant: tenantId, error: "invalid_tenant" });
    const base = `${this.urls.authorityHost}/${tenantId}`;
    const browser = `${this.urls.browserUrl}/${tenantId}`;
    return {
      status: 200,
      body: {
        issuer: `${base}/v2.0`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
        authorization_endpoint: `${browser}/oauth2/v2.0/authorize`,
        end_session_endpoint: `${browser}/oauth2/v2.0/logout`,
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        subject_types_supported: ["pairwise"],
        id_token_signing_alg_values_supported: ["RS256"],
        token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
        scopes_supported: ["openid", "profile", "email", "offline_access"],
      },
    };
  }

  /** The sign-in page: the directory's accounts, one button each. */
  authorizePage(tenantId: string, query: URLSearchParams): Answer {
    const refused = this.checkAuthorize(tenantId, query);
    if (refused) return page("Sign-in is not possible", `<p>${escapeHtml(refused)}</p>`, 400);
    const buttons = this.store.accounts
      .filter((account) => account.tenantId === tenantId.toLowerCase())
      .map(
        (account) =>
          `<li><button name="account" value="${account.objectId}"><strong>${escapeHtml(account.name)}</strong><span>${escapeHtml(account.signInName)}</span></button></li>`,
      );
    const action = escapeHtml(`/${tenantId}/oauth2/v2.0/authorize?${query}`);
    return page(
      "Pick an account",
      `<form method="post" action="${action}"><ul>${buttons.join("")}</ul><button class="cancel" name="account" value="">Cancel</button></form>`,
    );
  }

  /** The person chose: back to the redirect URI with a code, good once and for ten minutes. */
  authorize(tenantId: string, query: URLSearchParams, objectId: string): Answer {
    const refused = this.checkAuthorize(tenantId, query);
    if (refused) return page("Sign-in is not possible", `<p>${escapeHtml(refused)}</p>`, 400);
    const back = new URL(query.get("redirect_uri") ?? "");
    const state = query.get("state");
    if (state) back.searchParams.set("state", state);
    const account = this.store.accounts.find(
      (one) => one.objectId === objectId && one.tenantId === tenantId.toLowerCase(),
    );
    if (!account) {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", "AADSTS65004: User declined to consent.");
      return { status: 303, location: back.href };
    }
    const code = randomBytes(24).toString("base64url");
    this.grants.set(code, {
      account,
      clientId: query.get("client_id") ?? "",
      redirectUri: query.get("redirect_uri") ?? "",
      challenge: query.get("code_challenge") ?? "",
      nonce: query.get("nonce"),
      scopes: (query.get("scope") ?? "").split(" ").filter(Boolean),
      expiresAt: Date.now() + 600_000,
      used: false,
    });
    back.searchParams.set("code", code);
    return { status: 303, location: back.href };
  }

  private checkAuthorize(tenantId: string, query: URLSearchParams): string | null {
    if (!this.hasTenant(tenantId)) return "AADSTS90002: Tenant not found.";
    const app = this.app(tenantId, query.get("client_id"));
    if (!app) return "AADSTS700016: Application was not found in the directory.";
    if (!app.redirects.some(({ uri }) => uri === query.get("redirect_uri"))) {
      return "AADSTS50011: The redirect URI specified in the request does not match the redirect URIs configured for the application.";
    }
    if (query.get("response_type") !== "code")
      return "AADSTS700054: response_type is not enabled for the application.";
    if (query.get("code_challenge_method") !== "S256" || !query.get("code_challenge"))
      return "AADSTS9002325: Proof Key for Code Exchange is required.";
    const scopes = (query.get("scope") ?? "").split(" ").filter(Boolean);
    const known = ["openid", "profile", "email", "offline_access", ...this.armScopes()];
    if (scopes.length === 0 || scopes.some((scope) => !known.includes(scope)))
      return "AADSTS70011: The provided value for the input parameter 'scope' is not valid.";
    return null;
  }

  private armScopes(): string[] {
    return ["user_impersonation", ".default"].map((name) => `${this.urls.armEndpoint}/${name}`);
  }

  /** Where a person lands who signed out of Microsoft: back at the portal, if that is one it knows. */
  logout(tenantId: string, query: URLSearchParams): Answer {
    const back = query.get("post_logout_redirect_uri");
    const known = this.store.applications.some(({ redirects }) =>
      redirects.some(({ uri }) => back !== null && new URL(uri).origin === URL.parse(back)?.origin),
    );
    if (!this.hasTenant(tenantId)) return page("Sign-out is not possible", "<p>AADSTS90002</p>", 400);
    if (back && known) return { status: 303, location: back };
    return page("You signed out of your account", "<p>You can close this window.</p>");
  }

  /** Every refresh token given out so far is dead, as after 90 days unused. */
  killRefreshTokens(): void {
    this.refreshes.clear();
  }

  private app(tenantId: string, clientId: string | null): Application | undefined {
    return this.store.applications.find(
      (one) => one.tenantId === tenantId.toLowerCase() && one.clientId === clientId?.toLowerCase(),
    );
  }

  async token(tenantId: string, form: URLSearchParams, authorization: string | undefined): Promise<Answer> {
    if (!this.hasTenant(tenantId)) return entraError(90002, { tenant: tenantId });
    const basic = authorization?.startsWith("Basic ")
      ? Buffer.from(authorization.slice(6), "base64").toString().split(":")
      : [];
    const clientId = form.get("client_id") ?? decodeURIComponent(basic[0] ?? "");
    const app = this.app(tenantId, clientId);
    if (!app) return entraError(700016, { app: clientId, tenant: tenantId });
    const value = form.get("client_secret") ?? (basic[1] === undefined ? null : decodeURIComponent(basic[1]));
    const grantType = form.get("grant_type");
    if (grantType === "client_credentials")
      return this.checkSecret(app, value) ?? this.clientCredentials(app, form.get("scope"));
    if (grantType === "authorization_code") return this.authorizationCode(app, form, value);
    if (grantType === "refresh_token") return this.refresh(app, form, value);
    return entraError(70003);
  }

  private checkSecret(app: Application, value: string | null): Answer | null {
    if (!value) return entraError(7000218);
    const secret = app.secrets.find((one) => one.value === value);
    if (!secret) return entraError(7000215, { app: app.clientId });
    return secret.expired ? entraError(7000222, { app: app.clientId }) : null;
  }

  /** What the platform of the redirect URI asks of the client: web a secret, mobile none, spa a browser. */
  private checkClient(
    app: Application,
    platform: Redirect["platform"] | undefined,
    value: string | null,
  ): Answer | null {
    if (platform === "spa") return entraError(9002327);
    if (platform === "mobile") return value ? entraError(700025) : null;
    return this.checkSecret(app, value);
  }

  private async clientCredentials(app: Application, scope: string | null): Promise<Answer> {
    if (!(scope ?? "").split(" ").includes(`${this.urls.armEndpoint}/.default`)) return entraError(70011);
    const lifetime = this.store.settings.accessTokenLifetimeSeconds;
    const claims = {
      iss: `${this.urls.authorityHost}/${app.tenantId}/v2.0`,
      aud: this.urls.armEndpoint,
      tid: app.tenantId,
      oid: app.objectId,
      appid: app.clientId,
    };
    return {
      status: 200,
      body: {
        token_type: "Bearer",
        expires_in: lifetime,
        ext_expires_in: lifetime,
        access_token: await this.keys.sign(claims, lifetime),
      },
    };
  }

  private async authorizationCode(
    app: Application,
    form: URLSearchParams,
    secret: string | null,
  ): Promise<Answer> {
    const grant = this.grants.get(form.get("code") ?? "");
    const platform = app.redirects.find(({ uri }) => uri === (grant?.redirectUri ?? ""))?.platform;
    const refused = this.checkClient(app, platform, secret);
    if (refused) return refused;
    if (!grant || grant.clientId.toLowerCase() !== app.clientId || grant.expiresAt < Date.now())
      return entraError(70008);
    if (grant.used) return entraError(54005);
    if (grant.redirectUri !== form.get("redirect_uri")) return entraError(500112);
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (challenge !== grant.challenge) return entraError(501481);
    grant.used = true;
    const { account, scopes, nonce } = grant;
    return this.delegatedTokens({ account, app, scopes, platform: platform ?? "web" }, nonce);
  }

  /** Stricter than Entra ID, which lets an old refresh token live on: here it is dead once it was used. */
  private async refresh(app: Application, form: URLSearchParams, secret: string | null): Promise<Answer> {
    const token = form.get("refresh_token") ?? "";
    const held = this.refreshes.get(token);
    if (!held || held.app.clientId !== app.clientId) return entraError(700082);
    const refused = this.checkClient(app, held.platform, secret);
    if (refused) return refused;
    this.refreshes.delete(token);
    return this.delegatedTokens(held, null);
  }

  private async delegatedTokens(held: Refresh, nonce: string | null): Promise<Answer> {
    const { account, app, scopes } = held;
    const lifetime = this.store.settings.accessTokenLifetimeSeconds;
    const issuer = { iss: `${this.urls.authorityHost}/${app.tenantId}/v2.0`, tid: account.tenantId };
    const sub = createHash("sha256")
      .update(account.objectId + app.clientId)
      .digest("base64url");
    const idToken = await this.keys.sign(
      {
        ...issuer,
        aud: app.clientId,
        sub,
        oid: account.objectId,
        name: account.name,
        preferred_username: account.signInName,
        ...(nonce ? { nonce } : {}),
      },
      3_600,
    );
    const forArm = scopes.some((scope) => this.armScopes().includes(scope));
    const accessToken = forArm
      ? await this.keys.sign(
          {
            ...issuer,
            aud: this.urls.armEndpoint,
            sub,
            oid: account.objectId,
            appid: app.clientId,
            scp: "user_impersonation",
          },
          lifetime,
        )
      : randomBytes(24).toString("base64url");
    const refreshToken = randomBytes(48).toString("base64url");
    const refreshable = scopes.includes("offline_access");
    if (refreshable) this.refreshes.set(refreshToken, held);
    const clientInfo = { uid: account.objectId, utid: account.tenantId };
    return {
      status: 200,
      body: {
        token_type: "Bearer",
        scope: forArm ? this.armScopes().join(" ") : "openid profile email",
        expires_in: lifetime,
        ext_expires_in: lifetime,
        access_token: accessToken,
        ...(refreshable ? { refresh_token: refreshToken } : {}),
        id_token: idToken,
        client_info: Buffer.from(JSON.stringify(clientInfo)).toString("base64url"),
      },
    };
  }
}
