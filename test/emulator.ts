import { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } from "@azure/msal-node";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { accounts, apiApp, contoso } from "../emulator/azure/directory.ts";
import { startEmulator } from "../emulator/start.ts";

type ErrorBody = {
  error?: string;
  error_description?: string;
  error_codes?: number[];
  suberror?: string;
  claims?: string;
};
type Tokens = { access_token: string; refresh_token: string; id_token: string; client_info: string };
export const portalUrl = "http://localhost:3000";
export const azureCallback = `${portalUrl}/api/azure/callback`;
export const personOf = (signInName: string) => {
  const found = accounts.find((account) => account.signInName.startsWith(`${signInName}@`));
  if (!found) throw new Error(`nobody is called ${signInName}`);
  return found;
};

/** Starts an emulator for the test file that calls this, resets it before each test, and returns functions to call it. */
// long: one object of functions
export function useEmulator() {
  let emulator: Awaited<ReturnType<typeof startEmulator>>;
  beforeAll(async () => {
    emulator = await startEmulator({
      entraPort: 0,
      armPort: 0,
      browserPort: 0,
      stateDir: process.env.POCKETSOC_TEST_CA_DIR ?? ".pocketsoc/test-ca",
      volatile: true,
      control: true,
      portalUrls: [portalUrl],
    });
  });
  beforeEach(() => control("POST", "/reset"));
  afterAll(() => emulator.stop());

  const control = async (method: string, path: string, body?: object) =>
    (
      await fetch(`${emulator.controlUrl}${path}`, { method, body: body ? JSON.stringify(body) : null })
    ).json() as Promise<unknown>;

  const token = async (form: Record<string, string>, tenant = contoso) => {
    const response = await fetch(`${emulator.authorityHost}/${tenant}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    return { status: response.status, body: (await response.json()) as ErrorBody & Tokens };
  };

  const appToken = (app: { clientId: string; secret: string }, more: object = {}, tenant = contoso) =>
    token(
      {
        grant_type: "client_credentials",
        client_id: app.clientId,
        client_secret: app.secret,
        scope: `${emulator.armEndpoint}/.default`,
        ...more,
      },
      tenant,
    );

  const arm = async (bearer: string, path: string, method = "GET", sent?: object) => {
    const response = await fetch(`${emulator.armEndpoint}/subscriptions/${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}` },
      body: sent ? JSON.stringify(sent) : null,
    });
    const text = await response.text();
    const body: unknown = text ? JSON.parse(text) : null;
    return { status: response.status, headers: response.headers, body };
  };

  /**
   * Clicks an account on the sign-in page. Returns the address to which the sign-in page redirects or, without a redirect,
   * the page itself.
   */
  async function click(query: Record<string, string>, person = personOf("admin")) {
    const address = `${emulator.browserUrl}/${contoso}/oauth2/v2.0/authorize?${new URLSearchParams(query)}`;
    const response = await fetch(address, {
      method: "POST",
      body: new URLSearchParams({ account: person.objectId }),
      redirect: "manual",
    });
    const location = response.headers.get("location");
    return { back: location ? new URL(location) : null, page: await response.text() };
  }

  const authOptions = (more: object = {}) => {
    const authority = `${emulator.authorityHost}/${contoso}`;
    return {
      clientId: apiApp.clientId,
      authority,
      knownAuthorities: [new URL(authority).host],
      ...more,
    };
  };
  const publicClient = (more?: object) => new PublicClientApplication({ auth: authOptions(more) });
  const confidentialClient = (more: object) => new ConfidentialClientApplication({ auth: authOptions(more) });

  /**
   * Signs a person in with MSAL's own client. `more` is added to the request for the code and to the request for the
   * tokens.
   */
  async function signInBy(
    client: PublicClientApplication | ConfidentialClientApplication,
    person = personOf("admin"),
    more: { claims?: string; nonce?: string; redirectUri?: string } = {},
  ) {
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
    const scopes = [`${emulator.armEndpoint}/user_impersonation`];
    const request = { scopes, redirectUri: azureCallback, ...more };
    const address = await client.getAuthCodeUrl({
      ...request,
      state: "s",
      codeChallenge: challenge,
      codeChallengeMethod: "S256",
    });
    const { back, page } = await click(Object.fromEntries(new URL(address).searchParams), person);
    const code = back?.searchParams.get("code");
    const redeem = () =>
      client.acquireTokenByCode(
        { ...request, code: code ?? "", codeVerifier: verifier },
        more.nonce ? { code: code ?? "", nonce: more.nonce } : undefined,
      );
    return { back, page, redeem, scopes };
  }

  /** Fetches a person's tokens for Resource Manager, without MSAL. */
  async function delegated(person = personOf("admin"), more: { claims?: string; tokenClaims?: string } = {}) {
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
    const { back } = await click(
      {
        client_id: apiApp.clientId,
        redirect_uri: azureCallback,
        response_type: "code",
        scope: `openid profile offline_access ${emulator.armEndpoint}/user_impersonation`,
        code_challenge: challenge,
        code_challenge_method: "S256",
        ...(more.claims ? { claims: more.claims } : {}),
      },
      person,
    );
    return token({
      grant_type: "authorization_code",
      client_id: apiApp.clientId,
      redirect_uri: azureCallback,
      code_verifier: verifier,
      code: back?.searchParams.get("code") ?? "",
      ...(more.tokenClaims ? { claims: more.tokenClaims } : {}),
    });
  }
  const renew = (refreshToken: string, more: Record<string, string> = {}) =>
    token({
      grant_type: "refresh_token",
      client_id: apiApp.clientId,
      refresh_token: refreshToken,
      ...more,
    });

  return {
    urls: () => emulator,
    control,
    token,
    appToken,
    arm,
    click,
    publicClient,
    confidentialClient,
    signInBy,
    delegated,
    renew,
  };
}
