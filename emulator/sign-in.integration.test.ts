import { X509Certificate } from "node:crypto";
import { importPKCS8, SignJWT } from "jose";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import { apiApp, contoso } from "./azure/directory.ts";
import { azureCallback, personOf, useEmulator } from "#test/emulator.ts";

const { urls, control, token, confidentialClient, publicClient, signInBy, delegated, renew } = useEmulator();

describe("an application's certificate", () => {
  const makeCertificate = async (lastsMs = 86_400_000) => {
    const { cert, private: privateKey } = await generate([{ name: "commonName", value: "portal" }], {
      keySize: 2048,
      algorithm: "sha256",
      notBeforeDate: new Date(Date.now() - 172_800_000),
      notAfterDate: new Date(Date.now() + lastsMs),
    });
    const parsed = new X509Certificate(cert);
    const hex = (fingerprint: string) => fingerprint.replaceAll(":", "");
    return {
      cert,
      privateKey,
      der: parsed.raw.toString("base64"),
      sha256: hex(parsed.fingerprint256),
      sha1: hex(parsed.fingerprint),
    };
  };
  type Certificate = Awaited<ReturnType<typeof makeCertificate>>;
  const register = (certificate: string) =>
    control("POST", "/apps/certificates", { clientId: apiApp.clientId, certificate });
  const clientWith = ({ privateKey, sha256 }: Certificate) =>
    confidentialClient({ clientCertificate: { privateKey, thumbprintSha256: sha256 } });
  const scopes = () => [`${urls().armEndpoint}/.default`];
  const acquireToken = (certificate: Certificate) =>
    clientWith(certificate).acquireTokenByClientCredential({ scopes: scopes() });

  it("lets MSAL's client in with the new and the old thumbprint, until it is removed", async () => {
    const [certificate, other] = await Promise.all([makeCertificate(), makeCertificate()]);
    await expect(acquireToken(certificate)).rejects.toMatchObject({
      errorCode: "invalid_client",
      errorNo: 700027,
    });
    await register(certificate.cert);
    await register(other.der);
    expect((await acquireToken(certificate))?.accessToken).toBeTruthy();
    expect((await acquireToken(other))?.accessToken).toBeTruthy();
    const { privateKey, sha1 } = certificate;
    const oldClient = confidentialClient({ clientCertificate: { privateKey, thumbprint: sha1 } });
    expect((await oldClient.acquireTokenByClientCredential({ scopes: scopes() }))?.accessToken).toBeTruthy();
    await control("DELETE", "/apps/certificates", { clientId: apiApp.clientId });
    await expect(acquireToken(certificate)).rejects.toMatchObject({ errorNo: 700027 });
  });

  it("is refused once it has expired, and with the key of another", async () => {
    const [expired, certificate, other] = await Promise.all([
      makeCertificate(-86_400_000),
      makeCertificate(),
      makeCertificate(),
    ]);
    await register(expired.cert);
    await register(certificate.cert);
    await expect(acquireToken(expired)).rejects.toMatchObject({ errorNo: 700027 });
    await expect(acquireToken({ ...certificate, privateKey: other.privateKey })).rejects.toMatchObject({
      errorNo: 700027,
    });
  });

  it("redeems a code for the platform Web, and is refused for the platform Mobile", async () => {
    const certificate = await makeCertificate();
    await register(certificate.cert);
    const redirectUri = "https://soc.example.com/web";
    await control("POST", "/apps/redirects", {
      clientId: apiApp.clientId,
      uri: redirectUri,
      platform: "web",
    });
    const web = await signInBy(clientWith(certificate), undefined, { redirectUri });
    expect((await web.redeem()).account?.tenantId).toBe(contoso);
    const mobile = await signInBy(clientWith(certificate));
    await expect(mobile.redeem()).rejects.toMatchObject({ errorNo: 700025 });
  });

  it.each([
    ["after its time", { exp: -10 }, 401, 700024],
    ["before its time", { nbf: 3_600 }, 401, 700024],
    ["for another audience", { aud: "https://login.microsoftonline.com" }, 401, 700023],
    ["of another application", { sub: contoso }, 401, 700021],
  ])("is refused with an assertion %s", async (_name, more, status, number) => {
    const certificate = await makeCertificate();
    await register(certificate.cert);
    const now = Math.floor(Date.now() / 1000);
    const address = `${urls().authorityHost}/${contoso}/oauth2/v2.0/token`;
    const claims = { iss: apiApp.clientId, sub: apiApp.clientId, aud: address, exp: 600, nbf: 0, ...more };
    const assertion = await new SignJWT({ ...claims, exp: now + claims.exp, nbf: now + claims.nbf })
      .setProtectedHeader({
        alg: "PS256",
        "x5t#S256": Buffer.from(certificate.sha256, "hex").toString("base64url"),
      })
      .sign(await importPKCS8(certificate.privateKey, "PS256"));
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

describe("a person whom the directory refuses", () => {
  const ben = personOf("analyst");
  const setAccount = (more: object) => control("POST", "/accounts", { objectId: ben.objectId, ...more });

  it.each([
    ["disabled", 50057],
    ["unassigned", 50105],
  ])("can't renew, redeem a code or sign in while %s, until a reset", async (property, number) => {
    const client = publicClient();
    const { redeem, scopes } = await signInBy(client, ben);
    const { account } = await redeem();
    if (!account) throw new Error("no account");
    const started = await signInBy(publicClient(), ben);
    const renewed = () => client.acquireTokenSilent({ scopes, account, forceRefresh: true });
    await setAccount({ [property]: true });
    await expect(renewed()).rejects.toMatchObject({ errorCode: "invalid_grant", errorNo: number });
    await expect(started.redeem()).rejects.toMatchObject({ errorNo: number });
    const { back, page } = await signInBy(client, ben);
    expect([back, page]).toEqual([null, expect.stringContaining(`AADSTS${number}`)]);
    expect((await signInBy(client)).back?.searchParams.get("code")).toBeTruthy();
    await control("POST", "/reset");
    expect((await renewed()).accessToken).toBeTruthy();
    await setAccount({ [property]: true });
    await setAccount({ [property]: false });
    expect((await signInBy(client, ben)).back).not.toBeNull();
  });

  it("can't use refresh tokens from before a revocation, until a reset", async () => {
    const [old, otherPerson] = [(await delegated(ben)).body, (await delegated()).body];
    await setAccount({ revoked: true });
    expect(await renew(old.refresh_token)).toMatchObject({
      status: 400,
      body: { error: "invalid_grant", error_codes: [50173] },
    });
    expect((await renew(old.refresh_token)).body.error_codes).toEqual([50173]);
    expect((await renew(otherPerson.refresh_token)).status).toBe(200);
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
  ])("asked with %o shows everyone, with %s first", async (more, first) => {
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

it("accepts a refresh token once, even from concurrent requests", async () => {
  const { refresh_token } = (await delegated()).body;
  const answers = await Promise.all([renew(refresh_token), renew(refresh_token), renew(refresh_token)]);
  expect(answers.map(({ status }) => status).sort((left, right) => left - right)).toEqual([200, 400, 400]);
});
