import type { X509Certificate } from "node:crypto";
import type { Transaction } from "#db/client.ts";
import { getCertificate, getNextCertificate } from "#db/queries/sources/prepared-certificates.ts";
import type { SealContext } from "#lib/platform/crypto.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Context } from "#lib/core/context.ts";
import { openAt } from "#lib/core/sealing.ts";

/** Returns the purpose and row for which a prepared certificate's private key is sealed. */
export const certificatePlace = (organisationId: string, rowId: string): SealContext => ({
  purpose: "prepared-certificate-key",
  organisationId,
  rowId,
});

/** Returns a certificate's thumbprint as vendors' consoles show it: SHA-1 in hex, without colons. */
export const thumbprintOf = (certificate: X509Certificate) => certificate.fingerprint.replaceAll(":", "");

export const certificateGone = () =>
  new ServiceError("not_found", "This certificate isn't here any more. Make another, or paste one.");

/**
 * Returns a prepared certificate and its private key, both in PEM. Neither may be sent to a client. Throws ServiceError
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

/**
 * Returns the prepared certificate that will replace a credential's secret or certificate. Returns null if there is
 * none.
 */
export async function nextCertificateOf(ctx: Context, tx: Transaction, credentialId: string) {
  const row = await getNextCertificate(tx, ctx.actor.organisationId, credentialId);
  return row ? { id: row.id, thumbprint: row.thumbprint, expiresOn: row.expiresOn } : null;
}
