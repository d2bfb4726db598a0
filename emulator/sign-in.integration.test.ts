import { X509Certificate } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import { apiApp, contoso } from "./azure/directory.ts";
import { azureCallback, personOf, useEmulator } from "#test/emulator.ts";

const { urls, control, token, confidentialClient, publicClient, signInBy, delegated, renew } = useEmulator();

describe("an application's certificate", () => {
  const make = async (lasts = 86_400_000) => {
    const { cert, private: privateKey } = await generate([{ name: "commonName", value: "portal" }], {
      keySize: 2048,
      algorithm: "sha256",
      notBeforeDate: new Date(Date.now() - 172_800_000),
      notAfterDate: new Date(Date.now() + lasts),
    });
    const read = new X509Certificate(cert);
    const hex = (fingerprint: string) => fingerprint.replaceAll(":", "");
    return {
      cert,
      privateKey,
      der: read.raw.toString("base64"),
      sha256: hex(read.fingerprint256),
      sha1: hex(read.fingerprint),
    };
  };
  type Made = Awaited<ReturnType<typeof make>>;
  const known = (certificate: string) =>
    control("POST", "/apps/certificates", { clientId: apiApp.clientId, certificate });
  const clientWith = ({ privateKey, sha256 }: Made) =>
    confidentialClient({ clientCertificate: { privateKey, thumbprintSha256: sha256 } });
  const scopes = () => [`${urls().armEndpoint}/.default`];
  const silent = (made: Made) => clientWith(made).acquireTokenByClientCredential({ scopes: scopes() });

  it("is good for MSAL's client, new header and old, until it is removed", async () => {
    const [made, other] = await Promise.all([make(), make()]);
    await expect(silent(made)).rejects.toMatchObject({ errorCode: "invalid_client", errorNo: 700027 });
    await known(made.cert);
    await known(other.der);
    expect((await silent(made))?.accessToken).toBeTruthy();
    expect((await silent(other))?.accessToken).toBeTruthy();
    const { privateKey, sha1 } = made;
    const old = confidentialClient({ clientCertificate: { privateKey, thumbprint: sha1 } });
    expect((await old.acquireTokenByClientCredential({ scopes: scopes() }))?.accessToken).toBeTruthy();
    await control("DELETE", "/apps/certificates", { clientId: apiApp.clientId });
    await expect(silent(made)).rejects.toMatchObject({ errorNo: 700027 });
  });

  it("is refused once it expired, and with another's key", async () => {
    const [past, made, other] = await Promise.all([make(-86_400_000), make(), make()]);
    await known(past.cert);
    await known(made.cert);
    await expect(silent(past)).rejects.toMatchObject({ errorNo: 700027 });
    await expect(silent({ ...made, privateKey: other.privateKey })).rejects.toMatchObject({
      errorNo: 700027,
    });
  });

  it("redeems a code of the platform Web, and is refused by the platform Mobile", async () => {
    const made = await make();
    await known(made.cert);
    const redirectUri = "https://soc.example.com/web";
    await control("POST", "/apps/redirects", {
      clientId: apiApp.clientId,
      uri: redirectUri,
      platform: "web",
    });
    const web = await signInBy(clientWith(made), undefined, { redirectUri });
    expect((await web.redeem()).account?.tenantId).toBe(contoso);
    const mobile = await signInBy(clientWith(made));
    await expect(mobile.redeem()).rejects.toMatchObject({ errorNo: 700025 });
  });

  it.each([
    ["outside its time", { exp: -10 }, 401, 700024],
    ["before its time", { nbf: 3_600 }, 401, 700024],
    ["for another audience", { aud: "https://login.microsoftonline.com" }, 401, 700023],
    ["of another application", { sub: contoso }, 401, 700021],
  ])("signs no assertion %s", async (_name, more, status, number) => {
    const made = await make();
    await known(made.cert);
    const now = Math.floor(Date.now() / 1000);
    const address = `${urls().authorityHost}/${contoso}/oauth2/v2.0/token`;
    const given = { iss: apiApp.clientId, sub: apiApp.clientId, aud: address, exp: 600, nbf: 0, ...more };
    const assertion = await new SignJWT({ ...given, exp: now + given.exp, nbf: now + given.nbf })
      .setProtectedHeader({
        alg: "PS256",
        "x5t#S256": Buffer.from(made.sha256, "hex").toString("base64url"),
      })
      .sign(await importPKCS8(made.privateKey, "PS256"));
    const answer = await token({
      grant_type: "client_credentials",
      client_id: apiApp.clientId,
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
      scope: scopes()[0] ?? "",
    });
    expect(answer).toMatchObject({ status, body: { error: "invalid_client", error_codes: [number] } });
  });
});

describe("a person whom the directory keeps out", () => {
  const ben = personOf("analyst");
  const set = (more: object) => control("POST", "/accounts", { objectId: ben.objectId, ...more });

  it.each([
    ["disabled", 50057],
    ["unassigned", 50105],
  ])(
    "is %s: can't renew, redeem a code or come back from the sign-in page, until a reset",
    async (what, number) => {
      const client = publicClient();
      const { redeem, scopes } = await signInBy(client, ben);
      const { account } = await redeem();
      if (!account) throw new Error("no account");
      const late = await signInBy(publicClient(), ben);
      const renewed = () => client.acquireTokenSilent({ scopes, account, forceRefresh: true });
      await set({ [what]: true });
      await expect(renewed()).rejects.toMatchObject({ errorCode: "invalid_grant", errorNo: number });
      await expect(late.redeem()).rejects.toMatchObject({ errorNo: number });
      const { back, page } = await signInBy(client, ben);
      expect([back, page]).toEqual([null, expect.stringContaining(`AADSTS${number}`)]);
      expect((await signInBy(client)).back?.searchParams.get("code")).toBeTruthy();
      await control("POST", "/reset");
      expect((await renewed()).accessToken).toBeTruthy();
      await set({ [what]: true });
      await set({ [what]: false });
      expect((await signInBy(client, ben)).back).not.toBeNull();
    },
  );

  it("is revoked: what was given out is dead, what is given out after lives, a reset undoes it", async () => {
    const [old, others] = [(await delegated(ben)).body, (await delegated()).body];
    await set({ revoked: true });
    expect(await renew(old.refresh_token)).toMatchObject({
      status: 400,
      body: { error: "invalid_grant", error_codes: [50173] },
    });
    expect((await renew(old.refresh_token)).body.error_codes).toEqual([50173]);
    expect((await renew(others.refresh_token)).status).toBe(200);
    const fresh = (await delegated(ben)).body;
    expect((await renew(fresh.refresh_token)).status).toBe(200);
    await control("POST", "/reset");
    expect((await renew(old.refresh_token)).status).toBe(200);
  });
});

describe("the sign-in page", () => {
  it.each([
    [{}, "Ana Admin"],
    [{ loginHint: "Viewer@contoso.example" }, "Vera Viewer"],
    [{ loginHint: "viewer@contoso.example", prompt: "login" }, "Vera Viewer"],
    [{ loginHint: "viewer@contoso.example", prompt: "select_account" }, "Ana Admin"],
    [{ loginHint: "admin@fabrikam.example" }, "Ana Admin"],
  ])("asked with %o shows everybody, and %s first", async (more, first) => {
    const address = await publicClient().getAuthCodeUrl({
      scopes: [`${urls().armEndpoint}/user_impersonation`],
      redirectUri: azureCallback,
      codeChallenge: "challenge",
      codeChallengeMethod: "S256",
      ...more,
    });
    const page = await (await fetch(address)).text();
    const names = [...page.matchAll(/<strong>([^<]+)/g)].map(([, name]) => name);
    expect(names[0]).toBe(first);
    expect(names).toHaveLength(6);
  });
});

it("lets a refresh token be spent once, by requests at the same moment too", async () => {
  const { refresh_token } = (await delegated()).body;
  const answers = await Promise.all([renew(refresh_token), renew(refresh_token), renew(refresh_token)]);
  expect(answers.map(({ status }) => status).sort((one, other) => one - other)).toEqual([200, 400, 400]);
});
