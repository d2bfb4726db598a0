import { X509Certificate } from "node:crypto";
import { generate } from "selfsigned";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { development, formValues, startTestStack, type TestStack } from "#test/stack.ts";
import { all, pollNow, save, signal } from "#test/steps.ts";
import { getVendorConfiguration } from "../configurations/get.ts";
import { replaceSecret } from "../configurations/replace-secret.ts";
import { saveConfiguration } from "../configurations/save.ts";
import type { Context } from "#lib/core/context.ts";
import { downloadCertificate, prepareCertificate } from "./prepare.ts";

let stack: TestStack;
let admin: Context;
beforeAll(async () => {
  stack = await startTestStack();
  admin = await stack.asMember("admin");
});
afterAll(() => stack.stop());

const clientId = formValues.applicationId;
/** Downloads a certificate as an admin and uploads it to the emulated application. */
async function upload(id: string): Promise<void> {
  const { der } = await downloadCertificate(admin, id);
  const certificate = Buffer.from(der).toString("base64");
  await stack.control("POST", "/apps/certificates", { clientId, certificate });
}
const withCertificate = (certificateId: string) => ({
  ...formValues,
  proof: "certificate",
  clientSecret: "",
  certificateId,
});
const dayMs = 86_400_000;
let configurationId: string;

describe("a certificate instead of a secret", () => {
  it("is made for a year, and only its public half can be downloaded", async () => {
    const { id, thumbprint, expiresOn } = await prepareCertificate(admin, {});
    const { der, name } = await downloadCertificate(admin, id);
    const read = new X509Certificate(der);
    expect(read.fingerprint.replaceAll(":", "")).toBe(thumbprint);
    expect(name).toMatch(/^pocketsoc-[0-9a-f]{8}\.cer$/);
    const days = (Date.parse(read.validTo) - Date.now()) / dayMs;
    expect(days).toBeGreaterThan(363);
    expect(days).toBeLessThan(366);
    expect(expiresOn).toBe(new Date(read.validTo).toISOString().slice(0, 10));
    expect(Buffer.from(der).toString("latin1")).not.toContain("PRIVATE");
    const [row] = await stack.services.db.transaction(async (tx) => {
      await tx.execute(`select set_config('app.organisation_id', '${admin.actor.organisationId}', true)`);
      return tx.execute<{ sealed: string }>(
        "select encode(key_sealed, 'escape') as sealed from prepared_certificates",
      );
    });
    expect(row?.sealed).not.toMatch(/PRIVATE|BEGIN/);
  });

  it("fails the check until it is uploaded in Azure, then it is saved and reads", async () => {
    const { id, thumbprint } = await prepareCertificate(admin, {});
    const options = { saveAsDisabled: false, signal };
    expect((await all(saveConfiguration(admin, withCertificate(id), options))).at(-1)).toMatchObject({
      type: "failed",
      message: expect.stringMatching(/certificate/),
    });
    await upload(id);
    configurationId = await save(admin, withCertificate(id));
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    expect((await getVendorConfiguration(admin, configurationId)).credential).toMatchObject({
      kind: "certificate",
      secretHint: thumbprint.slice(0, 8),
      secretExpiresOn: expect.stringMatching(/^20\d\d-/),
    });
    // a prepared certificate can be used once
    await expect(
      all(saveConfiguration(admin, { ...withCertificate(id), subscriptionIds: development }, options)),
    ).rejects.toMatchObject({ code: "not_found" });
  });

  it("is replaced by its prepared successor once that is uploaded in Azure", async () => {
    const { credential } = await getVendorConfiguration(admin, configurationId);
    await prepareCertificate(admin, { credentialId: credential.id });
    const next = await prepareCertificate(admin, { credentialId: credential.id });
    expect((await getVendorConfiguration(admin, configurationId)).credential.next).toEqual(next);
    const replace = () => all(replaceSecret(admin, credential.id, { certificateId: next.id }, signal));
    expect((await replace()).at(-1)).toMatchObject({ type: "failed" });
    expect((await getVendorConfiguration(admin, configurationId)).credential.secretHint).toBe(
      credential.secretHint,
    );
    await upload(next.id);
    expect((await replace()).at(-1)).toMatchObject({ type: "replaced", oldHint: credential.secretHint });
    await stack.control("DELETE", "/apps/certificates", { clientId });
    const { certificate } = (
      await stack.services.db.transaction(async (tx) => {
        await tx.execute(`select set_config('app.organisation_id', '${admin.actor.organisationId}', true)`);
        return tx.execute<{ certificate: string }>("select certificate from credentials");
      })
    )[0] ?? { certificate: "" };
    await stack.control("POST", "/apps/certificates", { clientId, certificate });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    const after = (await getVendorConfiguration(admin, configurationId)).credential;
    expect(after).toMatchObject({ kind: "certificate", secretHint: next.thumbprint.slice(0, 8), next: null });
  });

  it("warns before it expires, as a secret does", async () => {
    const { secretExpiresOn } = (await getVendorConfiguration(admin, configurationId)).credential;
    stack.services.now = () => new Date(Date.parse(`${secretExpiresOn}T00:00:00Z`) - 7 * dayMs);
    expect((await getVendorConfiguration(admin, configurationId)).credential.expiry).toMatchObject({
      level: "urgent",
      text: "expires in 7 days",
    });
    stack.services.now = () => new Date();
  });

  it("can be replaced by a secret, and replace one", async () => {
    const { credential } = await getVendorConfiguration(admin, configurationId);
    const secret = { secret: formValues.clientSecret, secretExpiresOn: "" };
    expect((await all(replaceSecret(admin, credential.id, secret, signal))).at(-1)).toMatchObject({
      type: "replaced",
    });
    expect((await getVendorConfiguration(admin, configurationId)).credential).toMatchObject({
      kind: "secret",
      secretHint: "Q_e",
    });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
    const { id } = await prepareCertificate(admin, { credentialId: credential.id });
    await upload(id);
    expect(
      (await all(replaceSecret(admin, credential.id, { certificateId: id }, signal))).at(-1),
    ).toMatchObject({ type: "replaced" });
    expect(await pollNow(stack.services)).toMatchObject({ outcome: "read" });
  });
});

describe("a pasted PEM", () => {
  const pair = (options: object = {}) =>
    generate([{ name: "commonName", value: "Theirs" }], { keySize: 2048, ...options });
  const paste = (pem: string) => prepareCertificate(admin, { pem });

  it("is accepted when both halves belong together", async () => {
    const { cert, private: key } = await pair();
    const { id } = await paste(`some words\n${key}\n${cert}`);
    await upload(id);
    const saved = await save(admin, {
      ...withCertificate(id),
      displayName: "Pasted",
      subscriptionIds: development,
    });
    expect((await getVendorConfiguration(admin, saved)).credential.kind).toBe("certificate");
  });

  it.each([
    ["no key", async () => (await pair()).cert, /both the certificate and its private key/],
    ["no certificate", async () => (await pair()).private, /both the certificate and its private key/],
    [
      "halves of two pairs",
      async () => (await pair()).cert + (await pair()).private,
      /don't belong together/,
    ],
    [
      "an expired certificate",
      async () => {
        const notAfterDate = new Date(Date.now() - dayMs);
        const expired = await pair({ notBeforeDate: new Date(Date.now() - 2 * dayMs), notAfterDate });
        return expired.cert + expired.private;
      },
      /has expired/,
    ],
    [
      "nonsense",
      async () =>
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
      /can't be read/,
    ],
    [
      "a pass phrase",
      async () => "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----",
      /pass phrase/,
    ],
  ])("with %s is refused with the reason", async (_what, made, words) => {
    await expect(paste(await made())).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(words),
    });
  });
});
