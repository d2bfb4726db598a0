import { createPrivateKey, X509Certificate } from "node:crypto";
import { generate } from "selfsigned";
import { z } from "zod";
import { limited } from "#lib/schemas/limited.ts";
import { lockCredential } from "#db/queries/sources/configuration-deletion.ts";
import { getCredential } from "#db/queries/sources/configurations.ts";
import {
  deleteNextCertificate,
  getCertificate,
  getUnusedCertificate,
  insertCertificate,
} from "#db/queries/sources/prepared-certificates.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId } from "#lib/platform/ids.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { actorId, authorise, type Context, idOf, inOwnOrganisation } from "#lib/core/context.ts";
import { sealAt } from "#lib/core/sealing.ts";
import { certificateGone, certificatePlace, thumbprintOf } from "./open.ts";

/** A prepared certificate as pages show it. `expiresOn` is a day in UTC, YYYY-MM-DD. */
export type PreparedCertificate = { id: string; thumbprint: string; expiresOn: string };

const yearMs = 365 * 86_400_000;
const Input = z.object({
  /** the credential for which the certificate is prepared; null for a new credential */
  credentialId: z.uuid().nullable().default(null),
  /** a pasted certificate and its private key in PEM; if missing, PocketSOC makes both */
  pem: limited(20_000).optional(),
});

/**
 * Prepares a certificate: makes an RSA 2048 key and a certificate for one year, or accepts a pasted pair. The key stays
 * sealed. An earlier prepared certificate of the same credential is deleted. Throws ServiceError.
 */
export async function prepareCertificate(ctx: Context, rawInput: unknown): Promise<PreparedCertificate> {
  authorise(ctx, "settings.manage");
  const input = Input.safeParse(rawInput);
  const by = actorId(ctx.actor);
  if (!input.success || !by)
    throw new ServiceError("invalid", "That can't be read. Reload the page and try again.");
  const { credentialId, pem } = input.data;
  const { privateKey, certificate } = pem === undefined ? await make(ctx) : pastedPair(ctx, pem);
  const read = new X509Certificate(certificate);
  const { organisationId } = ctx.actor;
  const id = newId();
  const thumbprint = thumbprintOf(read);
  const expiresOn = new Date(read.validTo).toISOString().slice(0, 10);
  await inOwnOrganisation(ctx, async (tx) => {
    if (credentialId) {
      // locked, so that of two concurrent requests the later replaces the earlier
      const standing = await lockCredential(tx, organisationId, credentialId);
      const credential =
        standing === null ? undefined : await getCredential(tx, organisationId, credentialId);
      if (!credential || credential.kind === "public") throw certificateGone();
      await deleteNextCertificate(tx, organisationId, credentialId);
    }
    await insertCertificate(tx, {
      organisationId,
      id,
      certificate,
      keySealed: await sealAt(ctx.services, tx, certificatePlace(organisationId, id), privateKey),
      thumbprint,
      expiresOn,
      credentialId,
      createdBy: by,
    });
    const subject = { kind: "certificate", id };
    await recordAudit(ctx, tx, "certificate.prepared", subject, {
      thumbprint,
      expiresOn,
      pasted: pem !== undefined,
    });
  });
  return { id, thumbprint, expiresOn };
}

/** Returns the newest certificate that the person prepared and hasn't used yet. Returns null if there is none. */
export async function getPrepared(ctx: Context): Promise<PreparedCertificate | null> {
  authorise(ctx, "settings.manage");
  const by = actorId(ctx.actor);
  if (!by) return null;
  const row = await inOwnOrganisation(ctx, (tx) => getUnusedCertificate(tx, ctx.actor.organisationId, by));
  return row ? { id: row.id, thumbprint: row.thumbprint, expiresOn: row.expiresOn } : null;
}

/**
 * Returns a certificate in DER for upload at the vendor: a prepared one, or the one that a credential uses. The private
 * key isn't included. Throws ServiceError `not_found`.
 */
export async function downloadCertificate(
  ctx: Context,
  rawId: unknown,
): Promise<{ name: string; der: Uint8Array<ArrayBuffer> }> {
  authorise(ctx, "settings.manage");
  const id = idOf(rawId, certificateGone);
  const { organisationId } = ctx.actor;
  const certificate = await inOwnOrganisation(ctx, async (tx) => {
    const prepared = await getCertificate(tx, organisationId, id);
    return prepared?.certificate ?? (await getCredential(tx, organisationId, id))?.certificate;
  });
  if (!certificate) throw certificateGone();
  const read = new X509Certificate(certificate);
  return {
    name: `pocketsoc-${thumbprintOf(read).slice(0, 8).toLowerCase()}.cer`,
    der: new Uint8Array(read.raw),
  };
}

async function make(ctx: Context): Promise<{ certificate: string; privateKey: string }> {
  const now = ctx.services.now();
  const made = await generate([{ name: "commonName", value: "PocketSOC" }], {
    keySize: 2048,
    algorithm: "sha256",
    // an hour back: our clock may be ahead of the vendor's
    notBeforeDate: new Date(now.getTime() - 3_600_000),
    notAfterDate: new Date(now.getTime() + yearMs),
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "keyUsage", digitalSignature: true },
    ],
  });
  return { certificate: made.cert, privateKey: made.private };
}

const refused = (message: string) => new ServiceError("invalid", message, { fields: { pem: message } });

const certificateBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/;
const keyBlock = /-----BEGIN ((?:RSA )?PRIVATE KEY)-----[A-Za-z0-9+/=\s]+-----END \1-----/;

/**
 * Reads a pasted certificate and its private key. Throws ServiceError if either is missing, if they don't belong
 * together, or if the certificate has expired.
 */
function pastedPair(ctx: Context, pem: string): { certificate: string; privateKey: string } {
  const certificate = certificateBlock.exec(pem)?.[0];
  const key = keyBlock.exec(pem)?.[0];
  if (/ENCRYPTED/.test(pem)) throw refused("The private key has a pass phrase. Paste it without one.");
  if (!certificate || !key)
    throw refused("Paste both the certificate and its private key in PEM, from BEGIN to END.");
  let read: X509Certificate;
  let privateKey: ReturnType<typeof createPrivateKey>;
  try {
    read = new X509Certificate(certificate);
    privateKey = createPrivateKey(key);
  } catch {
    throw refused("This PEM can't be read. Copy it again, from BEGIN to END.");
  }
  if (privateKey.asymmetricKeyType !== "rsa" || (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) < 2_048)
    throw refused("Only RSA keys are taken. Make one of 2048 bits or more.");
  if (!read.checkPrivateKey(privateKey))
    throw refused("The certificate and the private key don't belong together.");
  if (new Date(read.validTo) <= ctx.services.now()) throw refused("This certificate has expired.");
  return {
    certificate: read.toString(),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}
