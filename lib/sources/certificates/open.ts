import type { X509Certificate } from "node:crypto";
import type { Transaction } from "#db/client.ts";
import { getCertificate, getNextCertificate } from "#db/queries/sources/prepared-certificates.ts";
import type { SealContext } from "#lib/platform/crypto.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Context } from "#lib/core/context.ts";
import { openAt } from "#lib/core/sealing.ts";

/** The purpose and row that a prepared certificate's key is sealed for. */
export const certificatePlace = (organisationId: string, rowId: string): SealContext => ({
  purpose: "prepared-certificate-key",
  organisationId,
  rowId,
});

/** A certificate's thumbprint as vendors' consoles show it: SHA-1 in hex, without colons. */
export const thumbprintOf = (certificate: X509Certificate) => certificate.fingerprint.replaceAll(":", "");

export const certificateGone = () =>
  new ServiceError("not_found", "This certificate isn't here any more. Make another, or paste one.");

/**
 * A prepared certificate and its private key, both PEM, for a check. Never send them to a client. Throws ServiceError
 * `not_found`.
 */
export async function openCertificate(
  ctx: Context,
  tx: Transaction,
  id: string,
): Promise<{ certificate: string; privateKey: string }> {
  const { organisationId } = ctx.actor;
  const row = await getCertificate(tx, organisationId, id);
  const privateKey =
    row && (await openAt(ctx.services, tx, certificatePlace(organisationId, id), row.keySealed));
  if (!row || !privateKey) throw certificateGone();
  return { certificate: row.certificate, privateKey };
}

/** The certificate prepared as a credential's next one; null when there is none. */
export async function nextCertificateOf(ctx: Context, tx: Transaction, credentialId: string) {
  const row = await getNextCertificate(tx, ctx.actor.organisationId, credentialId);
  return row ? { id: row.id, thumbprint: row.thumbprint, expiresOn: row.expiresOn } : null;
}
