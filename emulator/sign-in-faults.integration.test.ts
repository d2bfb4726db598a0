import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { apiApp, contoso, fabrikam } from "./azure/directory.ts";
import { personOf, useEmulator } from "#test/emulator.ts";

const { control, appToken, publicClient, signInBy, delegated, renew } = useEmulator();
type Armed = { kind: string; code?: number; error?: string; suberror?: string; claims?: object };
const addFault = (more: object) => control("POST", "/faults", more);

describe("a fault of the sign-in page", () => {
  it.each<[Armed, string, string]>([
    [{ kind: "aadsts", code: 65001 }, "consent_required", "AADSTS65001"],
    [{ kind: "aadsts", code: 50076, suberror: "basic_action" }, "interaction_required", "AADSTS50076"],
    [{ kind: "aadsts", code: 53003, claims: { access_token: {} } }, "access_denied", "AADSTS53003"],
    [{ kind: "aadsts", code: 90094 }, "consent_required", "AADSTS90094"],
    [{ kind: "aadsts", code: 70011 }, "invalid_scope", "AADSTS70011"],
    [{ kind: "aadsts", code: 65001, error: "server_error" }, "server_error", "AADSTS65001"],
    [{ kind: "access_denied" }, "access_denied", "AADSTS65004"],
  ])("redirects back with an error once: %o", async (armed, error, text) => {
    await addFault({ target: "authorize", ...armed });
    const { back } = await signInBy(publicClient());
    const query = Object.fromEntries(back?.searchParams ?? []);
    expect(query).toMatchObject({ error, state: "s" });
    expect(query.error_description).toMatch(new RegExp(`^${text}: `));
    expect(query).not.toHaveProperty("code");
    expect(query.suberror).toBe(armed.suberror);
    expect(query.claims).toBe(armed.claims && JSON.stringify(armed.claims));
    expect((await signInBy(publicClient())).back?.searchParams.get("code")).toBeTruthy();
  });
});

describe("a fault of the token endpoint", () => {
  it("issues tokens of another directory once, for a code", async () => {
    await addFault({ target: "token", kind: "other-tenant" });
    expect((await appToken(apiApp)).status).toBe(200);
    const wrong = (await delegated()).body;
    expect(decodeJwt(wrong.id_token)).toMatchObject({
      tid: fabrikam,
      iss: expect.stringContaining(fabrikam),
      oid: personOf("admin").objectId,
    });
    const clientInfo: unknown = JSON.parse(Buffer.from(wrong.client_info, "base64url").toString());
    expect(clientInfo).toEqual({ uid: personOf("admin").objectId, utid: fabrikam });
    expect(decodeJwt((await delegated()).body.id_token)).toMatchObject({ tid: contoso });
  });

  it.each([
    [7000229, 401, "invalid_client"],
    [7000112, 400, "unauthorized_client"],
    [500014, 400, "invalid_resource"],
    [5000224, 400, "invalid_resource"],
    [650052, 400, "invalid_client"],
    ...[530032, 530035, 53010, 53011, 50158, 50097, 50072, 50074, 50078, 90072, 700084].map(
      (number): [number, number, string] => [number, 400, "invalid_grant"],
    ),
  ])("answers with a number on demand, in Microsoft's words: AADSTS%i", async (code, status, error) => {
    await addFault({ target: "token", kind: "aadsts", code });
    const answer = await appToken(apiApp);
    expect(answer).toMatchObject({ status, body: { error, error_codes: [code] } });
    expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${code}: `));
    expect(answer.body.error_description).not.toContain("The request is malformed.");
  });

  it("issues an id_token with another nonce, which MSAL's client refuses", async () => {
    const signIn = async () =>
      (await signInBy(publicClient(), undefined, { nonce: "requested-nonce" })).redeem();
    await addFault({ target: "code", kind: "wrong-nonce" });
    await expect(signIn()).rejects.toMatchObject({ errorCode: "nonce_mismatch" });
    expect((await signIn()).account?.tenantId).toBe(contoso);
  });

  it("affects codes only, refresh tokens only, or every grant, as its target says", async () => {
    const { refresh_token } = (await delegated()).body;
    await addFault({ target: "refresh", kind: "aadsts", code: 70043 });
    expect([(await appToken(apiApp)).status, (await delegated()).status]).toEqual([200, 200]);
    expect((await renew(refresh_token)).body).toMatchObject({
      error_codes: [70043],
      suberror: "token_expired",
    });
    await addFault({ target: "code", kind: "503" });
    const renewed = await renew(refresh_token);
    expect([(await appToken(apiApp)).status, renewed.status]).toEqual([200, 200]);
    expect((await delegated()).status).toBe(503);
    await addFault({ target: "token", kind: "503", times: 3 });
    expect([
      (await appToken(apiApp)).status,
      (await delegated()).status,
      (await renew(renewed.body.refresh_token)).status,
    ]).toEqual([503, 503, 503]);
  });
});

it("records the grant and the person of each token request", async () => {
  const ben = personOf("analyst");
  await appToken(apiApp);
  const { refresh_token } = (await delegated(ben)).body;
  await addFault({ target: "refresh", kind: "503" });
  await renew(refresh_token);
  await renew(refresh_token);
  await renew("unknown");
  const requests = (await control("GET", "/requests")) as Record<string, unknown>[];
  expect(requests.map(({ grantType, principal, status }) => [grantType, principal, status])).toEqual([
    ["client_credentials", apiApp.clientId, 200],
    ["authorization_code", ben.objectId, 200],
    ["refresh_token", ben.objectId, 0],
    ["refresh_token", ben.objectId, 200],
    ["refresh_token", apiApp.clientId, 400],
  ]);
});

it("delays the token endpoint only", async () => {
  const durationOf = async (work: () => Promise<unknown>) => {
    const begun = performance.now();
    await work();
    return performance.now() - begun;
  };
  await control("POST", "/settings", { tokenLatencyMs: 400 });
  expect(await durationOf(() => appToken(apiApp))).toBeGreaterThan(390);
  expect(await durationOf(() => signInBy(publicClient()))).toBeLessThan(390);
});
