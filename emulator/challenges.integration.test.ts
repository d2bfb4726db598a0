import { InteractionRequiredAuthError } from "@azure/msal-node";
import { describe, expect, it } from "vitest";
import { subscriptions } from "./azure/directory.ts";
import { personOf, useEmulator } from "#test/emulator.ts";

const { urls, control, arm, publicClient, signInBy, delegated, renew } = useEmulator();
const ben = personOf("analyst");
const claimsObject = { access_token: { nbf: { essential: true, value: "1700000000" } } };
const claims = JSON.stringify(claimsObject);
const otherClaims = JSON.stringify({ access_token: { nbf: { essential: true, value: "1600000000" } } });
const addChallenge = (more: object = {}) =>
  control("POST", "/challenges", {
    objectId: ben.objectId,
    claims: claimsObject,
    interactive: false,
    ...more,
  });
const list = (bearer: string) =>
  arm(bearer, `${subscriptions.production}/providers/Microsoft.Security/alerts?api-version=2022-01-01`);
const status = async (bearer: string) => (await list(bearer)).status;
const expectRefusal = async (bearer: string) => {
  const answer = await list(bearer);
  expect(answer).toMatchObject({ status: 401, body: { error: { code: "InvalidAuthenticationToken" } } });
  return answer.headers.get("www-authenticate") ?? "";
};

describe("a claims challenge", () => {
  it("refuses every token that this person was issued before, with the header that Microsoft describes", async () => {
    const [first, second, ana] = await Promise.all([delegated(ben), delegated(ben), delegated()]);
    await addChallenge();
    const header = await expectRefusal(first.body.access_token);
    expect(header).toContain('Bearer realm="", ');
    expect(header).toContain(`authorization_uri="${urls().authorityHost}/common/oauth2/authorize"`);
    expect(header).toContain('error="insufficient_claims"');
    const encoded = /claims="([^"]+)"/.exec(header)?.[1] ?? "";
    expect(JSON.parse(Buffer.from(encoded, "base64").toString())).toEqual(claimsObject);
    await expectRefusal(second.body.access_token);
    expect(await status(ana.body.access_token)).toBe(200);
    await control("DELETE", "/challenges");
    expect(await status(first.body.access_token)).toBe(200);
  });

  it("is satisfied by MSAL's client without a sign-in, though MSAL adds claims of its own", async () => {
    const client = publicClient({ clientCapabilities: ["cp1"] });
    const { redeem, scopes } = await signInBy(client, ben);
    const { account, accessToken } = await redeem();
    if (!account) throw new Error("no account");
    await addChallenge();
    await expectRefusal(accessToken);
    const silent = (more: object) => client.acquireTokenSilent({ scopes, account, ...more });
    await expectRefusal((await silent({ forceRefresh: true })).accessToken);
    await expectRefusal((await silent({ claims: otherClaims })).accessToken);
    const satisfied = await silent({ claims });
    expect(await status(satisfied.accessToken)).toBe(200);
    const later = await silent({ forceRefresh: true });
    expect(await status(later.accessToken)).toBe(200);
  });

  it("is satisfied by a code that was requested or redeemed with the claims", async () => {
    await addChallenge();
    await expectRefusal((await delegated(ben)).body.access_token);
    expect(await status((await delegated(ben, { claims })).body.access_token)).toBe(200);
    expect(await status((await delegated(ben, { tokenClaims: claims })).body.access_token)).toBe(200);
  });

  it("sends MSAL's client to the sign-in page with the claims if it is interactive", async () => {
    const client = publicClient({ clientCapabilities: ["cp1"] });
    const { redeem, scopes } = await signInBy(client, ben);
    const { account } = await redeem();
    if (!account) throw new Error("no account");
    await addChallenge({ interactive: true });
    const silent = client.acquireTokenSilent({ scopes, account, claims });
    await expect(silent).rejects.toBeInstanceOf(InteractionRequiredAuthError);
    await expect(silent).rejects.toMatchObject({
      errorCode: "interaction_required",
      errorNo: 50076,
      subError: "basic_action",
      claims,
    });
    const without = await (await signInBy(client, ben)).redeem();
    await expectRefusal(without.accessToken);
    const fresh = await (await signInBy(client, ben, { claims })).redeem();
    expect(await status(fresh.accessToken)).toBe(200);
    const renewed = await client.acquireTokenSilent({
      scopes,
      account: fresh.account ?? account,
      forceRefresh: true,
    });
    expect(await status(renewed.accessToken)).toBe(200);
  });

  it("isn't satisfied at redemption if it is interactive, and leaves the refresh token valid", async () => {
    await addChallenge({ interactive: true });
    const { access_token, refresh_token } = (await delegated(ben, { tokenClaims: claims })).body;
    await expectRefusal(access_token);
    expect((await renew(refresh_token, { claims })).body).toMatchObject({
      error: "interaction_required",
      error_codes: [50076],
      suberror: "basic_action",
      claims,
    });
    const renewed = await renew(refresh_token);
    expect(renewed.status).toBe(200);
    await expectRefusal(renewed.body.access_token);
    await control("POST", "/reset");
    expect(await status(renewed.body.access_token)).toBe(200);
  });
});
