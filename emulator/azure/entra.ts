import { type Answer, escapeHtml } from "../http.ts";
import { signInErrorOf } from "./directory.ts";
import type { EntraUrls } from "./urls.ts";
import { authorizeError, entraError, entraText } from "./errors.ts";
import type { Grants } from "./grants.ts";
import { page } from "./pages.ts";
import type { Fault, Store } from "./store.ts";
import { armScopes } from "./tokens.ts";

/** The part of Entra ID that the portal uses, except the token endpoint: discovery, sign-in and sign-out. */
export class Entra {
  private readonly store: Store;
  private readonly grants: Grants;
  private readonly urls: EntraUrls;

  constructor(store: Store, grants: Grants, urls: EntraUrls) {
    this.store = store;
    this.grants = grants;
    this.urls = urls;
  }

  discovery(tenantId: string): Answer {
    if (!this.store.hasTenant(tenantId))
      return entraError(90002, { tenant: tenantId, error: "invalid_tenant" });
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
        token_endpoint_auth_methods_supported: [
          "client_secret_post",
          "private_key_jwt",
          "client_secret_basic",
        ],
        scopes_supported: ["openid", "profile", "email", "offline_access"],
      },
    };
  }

  /**
   * Returns the sign-in page, with a button for each account of the directory. The account named by `login_hint` comes
   * first.
   */
  authorizePage(tenantId: string, query: URLSearchParams): Answer {
    const refused = this.checkAuthorize(tenantId, query);
    if (refused) return page("Sign-in is not possible", `<p>${escapeHtml(refused)}</p>`, 400);
    const hint = query.get("prompt") === "select_account" ? null : query.get("login_hint")?.toLowerCase();
    const buttons = this.store.accounts
      .filter((account) => account.tenantId === tenantId.toLowerCase())
      .sort((left, right) => Number(right.signInName === hint) - Number(left.signInName === hint))
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

  /** Signs the chosen account in. Redirects to the application's redirect URI with a code or an error. */
  authorize(tenantId: string, query: URLSearchParams, objectId: string): Answer {
    const refused = this.checkAuthorize(tenantId, query);
    if (refused) return page("Sign-in is not possible", `<p>${escapeHtml(refused)}</p>`, 400);
    const back = new URL(query.get("redirect_uri") ?? "");
    const state = query.get("state");
    if (state) back.searchParams.set("state", state);
    const account = this.store.accounts.find(
      (candidate) => candidate.objectId === objectId && candidate.tenantId === tenantId.toLowerCase(),
    );
    const clientId = query.get("client_id") ?? "";
    const refuse = (code: number, fields?: Partial<Fault>): Answer => {
      for (const [name, value] of Object.entries(authorizeError(code, clientId, fields)))
        back.searchParams.set(name, value);
      return { status: 303, location: back.href };
    };
    if (!account) return refuse(65004);
    const number = signInErrorOf(account);
    if (number) {
      const text = entraText(number, { app: clientId });
      return page("Sign-in is not possible", `<p>${escapeHtml(text)}</p>`, 400);
    }
    const fault = this.store.takeFault(["authorize"]);
    if (fault?.kind === "access_denied") return refuse(65004);
    if (fault) return refuse(fault.code, fault);
    const code = this.grants.addCode({
      objectId,
      clientId,
      redirectUri: query.get("redirect_uri") ?? "",
      challenge: query.get("code_challenge") ?? "",
      nonce: query.get("nonce"),
      claims: query.get("claims"),
      scopes: (query.get("scope") ?? "").split(" ").filter(Boolean),
    });
    back.searchParams.set("code", code);
    return { status: 303, location: back.href };
  }

  private checkAuthorize(tenantId: string, query: URLSearchParams): string | null {
    if (!this.store.hasTenant(tenantId)) return "AADSTS90002: Tenant not found.";
    const app = this.store.application(tenantId, query.get("client_id"));
    if (!app) return "AADSTS700016: Application was not found in the directory.";
    if (!app.redirects.some(({ uri }) => uri === query.get("redirect_uri"))) {
      return "AADSTS50011: The redirect URI specified in the request does not match the redirect URIs configured for the application.";
    }
    if (query.get("response_type") !== "code")
      return "AADSTS700054: response_type is not enabled for the application.";
    if (query.get("code_challenge_method") !== "S256" || !query.get("code_challenge"))
      return "AADSTS9002325: Proof Key for Code Exchange is required.";
    const scopes = (query.get("scope") ?? "").split(" ").filter(Boolean);
    const known = ["openid", "profile", "email", "offline_access", ...armScopes(this.urls)];
    if (scopes.length === 0 || scopes.some((scope) => !known.includes(scope)))
      return "AADSTS70011: The provided value for the input parameter 'scope' is not valid.";
    return null;
  }

  /** Signs a person out. Redirects to the requested address if an application has a redirect URI with the same origin. */
  logout(tenantId: string, query: URLSearchParams): Answer {
    const back = query.get("post_logout_redirect_uri");
    // the origin of pocketsoc://auth, and of javascript: too, is "null"
    const origin = back === null ? "null" : (URL.parse(back)?.origin ?? "null");
    const known =
      origin !== "null" &&
      this.store.applications.some(({ redirects }) =>
        redirects.some(({ uri }) => new URL(uri).origin === origin),
      );
    if (!this.store.hasTenant(tenantId)) return page("Sign-out is not possible", "<p>AADSTS90002</p>", 400);
    if (back && known) return { status: 303, location: back };
    return page("You signed out of your account", "<p>You can close this window.</p>");
  }
}
