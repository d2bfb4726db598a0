import { CryptoProvider } from "@azure/msal-node";
import { describe, expect, it } from "vitest";
import { apiApp, contoso, fabrikamApp, portalApp, readerApp, subscriptions } from "./azure/directory.ts";
import type { RoleName } from "./azure/roles.ts";
import { personOf, portalUrl, useEmulator } from "#test/emulator.ts";

const callback = `${portalUrl}/api/auth/callback/azure-ad`;
const admin = personOf("admin");
const { urls, control, token, appToken, arm, click, publicClient, signInBy, delegated } = useEmulator();

async function signIn(scope = "openid profile offline_access") {
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const query = {
    client_id: portalApp.clientId,
    redirect_uri: callback,
    response_type: "code",
    scope,
    state: "s",
    nonce: "n",
    code_challenge: challenge,
    code_challenge_method: "S256",
  };
  const form = {
    grant_type: "authorization_code",
    client_id: portalApp.clientId,
    client_secret: portalApp.secret,
    redirect_uri: callback,
    code_verifier: verifier,
  };
  return { query, form };
}

describe("Entra ID", () => {
  it.each([
    ["an unknown directory", {}, "00000000-0000-4000-8000-000000000000", 400, 90002],
    ["an unknown application", { client_id: contoso }, contoso, 400, 700016],
    ["an application of another directory", { client_id: fabrikamApp.clientId }, contoso, 400, 700016],
    ["a wrong secret", { client_secret: "wrong" }, contoso, 401, 7000215],
    ["an expired secret", { client_secret: apiApp.expiredSecret }, contoso, 401, 7000222],
    ["no secret", { client_secret: "" }, contoso, 401, 7000218],
    ["another scope", { scope: "https://graph.microsoft.com/.default" }, contoso, 400, 70011],
    ["another grant", { grant_type: "password" }, contoso, 400, 70003],
  ])("refuses %s", async (_name, more, tenant, status, number) => {
    expect(await appToken(apiApp, more, tenant)).toMatchObject({ status, body: { error_codes: [number] } });
  });

  it("refuses a wrong redirect URI, application, PKCE method or scope on the page, without a redirect", async () => {
    const { query } = await signIn();
    for (const [wrong, number] of [
      [{ redirect_uri: `${callback}/` }, "AADSTS50011"],
      [{ client_id: contoso }, "AADSTS700016"],
      [{ code_challenge_method: "plain" }, "AADSTS9002325"],
      [{ scope: "everything" }, "AADSTS70011"],
    ] as const) {
      const { back, page } = await click({ ...query, ...wrong });
      expect([back, page]).toEqual([null, expect.stringContaining(number)]);
    }
  });

  it("redeems a code once, with its verifier, its redirect URI and the secret that the platform Web needs", async () => {
    const { query, form } = await signIn();
    const { back } = await click(query);
    expect(back?.searchParams.get("state")).toBe("s");
    const code = back?.searchParams.get("code") ?? "";
    const numbers = async (more: object) => (await token({ ...form, code, ...more })).body.error_codes;
    expect(await numbers({ code_verifier: "other" })).toEqual([501481]);
    expect(await numbers({ redirect_uri: `${callback}/` })).toEqual([500112]);
    expect(await numbers({ client_secret: "" })).toEqual([7000218]);
    expect(await numbers({ code: "unknown" })).toEqual([70008]);
    expect((await token({ ...form, code })).body).toMatchObject({ refresh_token: expect.any(String) });
    expect(await numbers({})).toEqual([54005]);
  });

  it("replaces a refresh token at each use, and expires all of them on request", async () => {
    const { query, form } = await signIn(`offline_access ${urls().armEndpoint}/user_impersonation`);
    const code = (await click(query)).back?.searchParams.get("code") ?? "";
    const first = (await token({ ...form, code })).body.refresh_token;
    const renew = (refresh_token: string) => token({ ...form, grant_type: "refresh_token", refresh_token });
    const second = (await renew(first)).body;
    expect(second.refresh_token).not.toBe(first);
    expect((await renew(first)).body).toMatchObject({ error: "invalid_grant", error_codes: [700082] });
    await control("DELETE", "/refresh-tokens");
    expect((await renew(second.refresh_token)).body.error_codes).toEqual([700082]);
  });

  it("issues MSAL's client a person's token, with the person's roles", async () => {
    const client = publicClient();
    const { redeem, scopes } = await signInBy(client);
    const result = await redeem();
    expect(result.account).toMatchObject({ username: admin.signInName, tenantId: contoso });
    const list = `${subscriptions.production}/providers/Microsoft.Security/alerts?api-version=2022-01-01`;
    expect((await arm(result.accessToken, list)).status).toBe(200);
    await control("POST", "/roles", {
      principal: admin.objectId,
      subscriptionId: subscriptions.production,
      roles: [],
    });
    if (!result.account) throw new Error("no account");
    const renewed = await client.acquireTokenSilent({ scopes, account: result.account, forceRefresh: true });
    expect((await arm(renewed.accessToken, list)).status).toBe(403);
  });

  it.each([
    ["admin", [200, 200, 200, 200]],
    ["analyst", [200, 200, 403, 403]],
    ["viewer", [200, 403, 403, 403]],
    ["reader", [200, 200, 403, 403]],
    ["newcomer", [403, 403, 403, 403]],
    ["outsider", [403, 403, 403, 403]],
  ])("lets %s read the alerts of the subscriptions that the directory says", async (name, statuses) => {
    const { access_token } = (await delegated(personOf(name))).body;
    const { production, development, shared, sandbox } = subscriptions;
    const answers = [production, development, shared, sandbox].map(async (id) => {
      const list = `${id}/providers/Microsoft.Security/alerts?api-version=2022-01-01`;
      return (await arm(access_token, list)).status;
    });
    expect(await Promise.all(answers)).toEqual(statuses);
  });

  it("redirects a person who signed out to a known portal only", async () => {
    const logout = async (to: string) => {
      const address = `${urls().browserUrl}/${contoso}/oauth2/v2.0/logout?post_logout_redirect_uri=${encodeURIComponent(to)}`;
      return (await fetch(address, { redirect: "manual" })).headers.get("location");
    };
    expect(await logout("http://localhost:3000/sign-in")).toBe("http://localhost:3000/sign-in");
    for (const elsewhere of [
      "https://elsewhere.example/",
      "javascript:alert(1)",
      "other://auth",
      "malformed",
    ])
      expect(await logout(elsewhere)).toBeNull();
  });
});

describe("Resource Manager", () => {
  const setRoles = (principal: string, names: RoleName[]) =>
    control("POST", "/roles", { principal, subscriptionId: subscriptions.production, roles: names });
  const security = `${subscriptions.production}/providers/Microsoft.Security`;

  it.each([
    ["/alerts", 400, "MissingApiVersionParameter"],
    ["/alerts?api-version=2019-01-01", 400, "NoRegisteredProviderFound"],
    ["/nothing?api-version=2022-01-01", 404, "InvalidResourceType"],
  ])("refuses %s", async (path, status, code) => {
    const { access_token } = (await appToken(apiApp)).body;
    expect(await arm(access_token, `${security}${path}`)).toMatchObject({
      status,
      body: { error: { code } },
    });
  });

  it.each([
    ["InvalidResourceType", undefined, 404],
    ["MissingSubscriptionRegistration", undefined, 409],
    ["DisallowedProvider", 400, 400],
    ["AuthorizationFailed", 403, 403],
  ])("answers with an error code on demand: %s", async (error, status, answered) => {
    await control("POST", "/faults", { target: "list", kind: "arm", error, status });
    const { access_token } = (await appToken(apiApp)).body;
    expect(await arm(access_token, `${security}/alerts?api-version=2022-01-01`)).toMatchObject({
      status: answered,
      body: { error: { code: error } },
    });
  });

  it.each([
    ["list", "NoSuchCode", undefined],
    ["list", "InvalidResourceType", 403],
    ["list", "ScopeLocked", undefined],
    ["list", "RequestDisallowedByPolicy", 403],
    ["list", "constructor", undefined],
  ])("has no fault that Azure doesn't have: %s %s (%s)", async (target, error, status) => {
    expect(await control("POST", "/faults", { target, kind: "arm", error, status })).toEqual({
      error: expect.any(String),
    });
    const { access_token } = (await appToken(apiApp)).body;
    expect((await arm(access_token, `${security}/alerts?api-version=2022-01-01`)).status).toBe(200);
  });

  it("lists alerts in the form that isn't documented, from list to list, if a setting says so", async () => {
    const { access_token } = (await appToken(apiApp)).body;
    const first = async () => {
      const { body } = await arm(access_token, `${security}/alerts?api-version=2022-01-01`);
      const [alert] = (body as unknown as { value: { properties: { [key: string]: unknown } }[] }).value;
      return alert?.properties ?? {};
    };
    const documented = await first();
    expect(documented).toMatchObject({ severity: expect.any(String), isIncident: expect.any(Boolean) });
    await control("POST", "/settings", { alertForm: "undocumented" });
    const { severity: _severity, isIncident: _isIncident, ...rest } = documented;
    const other = await first();
    expect(Object.keys(other)).toEqual(Object.keys(rest));
    expect(JSON.stringify(other.resourceIdentifiers)).toContain('"AzureResourceId":');
    expect(JSON.stringify(other.entities)).toContain('"Type":');
    for (const name of ["resourceIdentifiers", "entities", "extendedProperties"])
      expect(JSON.stringify(other[name])).not.toMatch(/[{,]"[a-z]\w*":/);
    await control("POST", "/settings", { alertForm: "alternating" });
    const forms = [await first(), await first(), await first(), await first()];
    expect(new Set(forms.map((each) => "severity" in each)).size).toBe(2);
    expect(forms[2]).toEqual(forms[0]);
    expect(forms[3]).toEqual(forms[1]);
  });

  it("changes nothing but the status of an alert whose status is set, and says what writes remain", async () => {
    const find = async () => {
      const alerts = await control("GET", `/alerts?subscriptionId=${subscriptions.production}`);
      return (alerts as { id: string; properties: { status: string } }[]).find(
        ({ id, properties }) => id === wanted || (!wanted && properties.status === "Active"),
      );
    };
    let wanted = "";
    const before = await find();
    wanted = before?.id ?? "";
    const [, path = ""] = /(\/locations\/.*)$/i.exec(wanted) ?? [];
    const { access_token } = (await appToken(apiApp)).body;
    const set = await arm(access_token, `${security}${path}/resolve?api-version=2022-01-01`, "POST");
    expect(set.status).toBe(204);
    expect(set.headers.get("x-ms-ratelimit-remaining-subscription-writes")).toMatch(/^\d+$/);
    expect(await find()).toEqual({ ...before, properties: { ...before?.properties, status: "Resolved" } });
  });

  it("refuses a malformed token, and one of another directory", async () => {
    const list = `${security}/alerts?api-version=2022-01-01`;
    const malformed = await arm("malformed", list);
    expect(malformed).toMatchObject({ status: 401, body: { error: { code: "InvalidAuthenticationToken" } } });
    expect(malformed.headers.get("www-authenticate")).toContain("invalid_token");
    const other = "9c8b7a6d-5e4f-4321-8fed-cba987654321";
    const { access_token } = (await appToken(fabrikamApp, {}, other)).body;
    expect(await arm(access_token, list)).toMatchObject({
      status: 401,
      body: { error: { code: "InvalidAuthenticationTokenTenant" } },
    });
  });

  it("sets In Progress from version 2022-01-01 on, unless every role of the caller lacks the action", async () => {
    const [alert] = (await control("GET", `/alerts?subscriptionId=${subscriptions.production}`)) as {
      name: string;
      id: string;
    }[];
    const location = /locations\/([^/]+)/i.exec(alert?.id ?? "")?.[1];
    const path = (version: string) =>
      `${security}/locations/${location}/alerts/${alert?.name}/inProgress?api-version=${version}`;
    const { access_token } = (await appToken(apiApp)).body;
    expect((await arm(access_token, path("2021-11-01"), "POST")).status).toBe(400);
    expect((await arm(access_token, path("2022-01-01"), "POST")).status).toBe(204);
    await setRoles(apiApp.clientId, ["CustomWithoutInProgress"]);
    expect((await arm(access_token, path("2022-01-01"), "POST")).status).toBe(403);
    // one role grants what the other lacks
    await setRoles(apiApp.clientId, ["CustomWithoutInProgress", "SecurityAdmin"]);
    expect((await arm(access_token, path("2022-01-01"), "POST")).status).toBe(204);
    const permissions = `${subscriptions.production}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`;
    await setRoles(apiApp.clientId, ["SecurityReader", "Contributor"]);
    const { body } = await arm(access_token, permissions);
    expect((body as { value: unknown[] }).value).toHaveLength(2);
  });

  it("applies each role, and lets the subscription itself be read if a role or a setting allows it", async () => {
    const { access_token } = (await appToken(readerApp)).body;
    const subscription = `${subscriptions.production}?api-version=2022-12-01`;
    const list = `${security}/alerts?api-version=2022-01-01`;
    for (const [names, listStatus, subscriptionStatus] of [
      [[], 403, 403],
      [["SecurityReader"], 200, 403],
      [["Reader"], 200, 200],
      [["Contributor"], 200, 200],
    ] as [RoleName[], number, number][]) {
      await setRoles(readerApp.clientId, names);
      expect([
        names,
        (await arm(access_token, list)).status,
        (await arm(access_token, subscription)).status,
      ]).toEqual([names, listStatus, subscriptionStatus]);
    }
    await setRoles(readerApp.clientId, ["SecurityReader"]);
    await control("POST", "/settings", { subscriptionReadable: true });
    expect((await arm(access_token, subscription)).status).toBe(200);
  });
});
