import type { X509Certificate } from "node:crypto";
import type { Transaction } from "#db/client.ts";
import { getCertificate, getNextCertificate } from "#db/queries/sources/prepared-certificates.ts";
import type { SealContext } from "#lib/platform/crypto.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Context } from "#lib/core/context.ts";
import { openAt } from "#lib/core/sealing.ts";

/** Where a prepared certificate's key is sealed for. */
export const certificatePlace = (organisationId: string, rowId: string): SealContext => ({
  purpose: "prepared-certificate-key",
  organisationId,
  rowId,
});

/** As consoles show it: SHA-1 in hex. */
export const thumbprintOf = (certificate: X509Certificate) => certificate.fingerprint.replaceAll(":", "");

export const certificateGone = () =>
  new ServiceError("not_found", "This certificate isn't here any more. Make another, or paste one.");

/** A prepared certificate with its key, for a check, never for an answer; both PEM. Throws ServiceError. */
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

/** The certificate that is to follow on a credential's own, if one was prepared. */
export async function nextCertificateOf(ctx: Context, tx: Transaction, credentialId: string) {
  const row = await getNextCertificate(tx, ctx.actor.organisationId, credentialId);
  return row ? { id: row.id, thumbprint: row.thumbprint, expiresOn: row.expiresOn } : null;
}
