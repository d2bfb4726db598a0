import { createHash, randomBytes } from "node:crypto";
import { type Answer, escapeHtml } from "../http.ts";
import type { Account, Application } from "./directory.ts";
import { entraError } from "./errors.ts";
import type { Keys } from "./keys.ts";
import type { Store } from "./store.ts";

type Grant = {
  account: Account;
  clientId: string;
  redirectUri: string;
  challenge: string;
  nonce: string | null;
  expiresAt: number;
  used: boolean;
};
export type EntraUrls = { authorityHost: string; browserUrl: string; armEndpoint: string };

/** Entra ID, as far as the portal meets it: discovery, keys, authorize, token. */
export class Entra {
  private readonly store: Store;
  private readonly keys: Keys;
  private readonly urls: EntraUrls;
  private readonly grants = new Map<string, Grant>();

  constructor(store: Store, keys: Keys, urls: EntraUrls) {
    this.store = store;
    this.keys = keys;
    this.urls = urls;
  }

  hasTenant(tenantId: string): boolean {
    return this.store.subscriptions.some((one) => one.tenantId === tenantId.toLowerCase());
  }

  discovery(tenantId: string): Answer {
    if (!this.hasTenant(tenantId)) return entraError(90002, "invalid_tenant");
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
    if (!app.redirectUris.includes(query.get("redirect_uri") ?? "")) {
      return "AADSTS50011: The redirect URI specified in the request does not match the redirect URIs configured for the application.";
    }
    if (query.get("response_type") !== "code")
      return "AADSTS700054: response_type is not enabled for the application.";
    if (query.get("code_challenge_method") !== "S256" || !query.get("code_challenge"))
      return "AADSTS9002325: Proof Key for Code Exchange is required.";
    return null;
  }

  private app(tenantId: string, clientId: string | null): Application | undefined {
    return this.store.applications.find(
      (one) => one.tenantId === tenantId.toLowerCase() && one.clientId === clientId?.toLowerCase(),
    );
  }

  async token(tenantId: string, form: URLSearchParams, authorization: string | undefined): Promise<Answer> {
    if (!this.hasTenant(tenantId)) return entraError(90002);
    const basic = authorization?.startsWith("Basic ")
      ? Buffer.from(authorization.slice(6), "base64").toString().split(":")
      : [];
    const app = this.app(tenantId, form.get("client_id") ?? decodeURIComponent(basic[0] ?? ""));
    if (!app) return entraError(700016);
    const value = form.get("client_secret") ?? (basic[1] === undefined ? null : decodeURIComponent(basic[1]));
    if (!value) return entraError(7000218);
    const secret = app.secrets.find((one) => one.value === value);
    if (!secret) return entraError(7000215);
    if (secret.expired) return entraError(7000222);
    const grantType = form.get("grant_type");
    if (grantType === "client_credentials") return this.clientCredentials(app, form.get("scope"));
    if (grantType === "authorization_code") return this.authorizationCode(app, form);
    return entraError(70003);
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

  private async authorizationCode(app: Application, form: URLSearchParams): Promise<Answer> {
    const grant = this.grants.get(form.get("code") ?? "");
    if (!grant || grant.clientId.toLowerCase() !== app.clientId || grant.expiresAt < Date.now())
      return entraError(70008);
    if (grant.used) return entraError(54005);
    if (grant.redirectUri !== form.get("redirect_uri")) return entraError(500112);
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (challenge !== grant.challenge) return entraError(501481);
    grant.used = true;
    const { account } = grant;
    const claims = {
      iss: `${this.urls.authorityHost}/${app.tenantId}/v2.0`,
      aud: app.clientId,
      sub: createHash("sha256")
        .update(account.objectId + app.clientId)
        .digest("base64url"),
      tid: account.tenantId,
      oid: account.objectId,
      name: account.name,
      preferred_username: account.signInName,
      ...(grant.nonce ? { nonce: grant.nonce } : {}),
    };
    const idToken = await this.keys.sign(claims, 3_600);
    return {
      status: 200,
      body: {
        token_type: "Bearer",
        scope: "openid profile email",
        expires_in: 4_512,
        ext_expires_in: 4_512,
        access_token: randomBytes(24).toString("base64url"),
        id_token: idToken,
      },
    };
  }
}

function page(title: string, body: string, status = 200): Answer {
  const style =
    "body{font:16px system-ui;background:#f3f4f6;color:#111827;display:grid;place-items:center;min-height:100vh;margin:0}main{background:#fff;padding:32px;border:1px solid #d1d5db;max-width:400px;width:calc(100% - 32px);box-sizing:border-box}h1{font-size:22px;margin:4px 0 16px}p.note{margin:0;color:#4b5563}ul{list-style:none;padding:0;margin:0 0 16px}button{width:100%;text-align:left;padding:12px;border:1px solid #d1d5db;background:#fff;font:inherit;margin:4px 0;cursor:pointer;color:inherit}button:hover,button:focus-visible{background:#eff6ff;outline:2px solid #1d4ed8}span{display:block;color:#4b5563;font-size:14px}.cancel{width:auto}";
  return {
    status,
    html: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${style}</style></head><body><main><p class="note">Emulated Microsoft sign-in</p><h1>${title}</h1>${body}</main></body></html>`,
  };
}
