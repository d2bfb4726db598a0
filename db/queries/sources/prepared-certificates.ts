import { and, desc, eq, isNull, lt, notExists } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { credentials, preparedCertificates } from "../../schema/index.ts";

type PreparedCertificateRow = typeof preparedCertificates.$inferSelect;

const isCertificate = (organisationId: string, id: string) =>
  and(eq(preparedCertificates.organisationId, organisationId), eq(preparedCertificates.id, id));

const isNextOf = (organisationId: string, credentialId: string) =>
  and(
    eq(preparedCertificates.organisationId, organisationId),
    eq(preparedCertificates.credentialId, credentialId),
  );

/** Inserts a prepared certificate with its sealed private key. */
export async function insertCertificate(
  tx: Transaction,
  row: typeof preparedCertificates.$inferInsert,
): Promise<void> {
  await tx.insert(preparedCertificates).values(row);
}

/** Returns a prepared certificate, or undefined if there is none. */
export async function getCertificate(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<PreparedCertificateRow | undefined> {
  const rows = await tx.select().from(preparedCertificates).where(isCertificate(organisationId, id));
  return rows[0];
}

/** Deletes a prepared certificate and returns it, so that nobody can use it twice. Returns undefined if there is none. */
export async function consumeCertificate(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<PreparedCertificateRow | undefined> {
  const rows = await tx.delete(preparedCertificates).where(isCertificate(organisationId, id)).returning();
  return rows[0];
}

/** Returns the certificate prepared to replace a credential's certificate, or undefined if there is none. */
export async function getNextCertificate(
  tx: Transaction,
  organisationId: string,
  credentialId: string,
): Promise<PreparedCertificateRow | undefined> {
  const rows = await tx.select().from(preparedCertificates).where(isNextOf(organisationId, credentialId));
  return rows[0];
}

/** Returns the newest certificate that a person prepared for a new credential, or undefined if there is none. */
export async function getUnusedCertificate(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<PreparedCertificateRow | undefined> {
  const rows = await tx
    .select()
    .from(preparedCertificates)
    .where(
      and(
        eq(preparedCertificates.organisationId, organisationId),
        eq(preparedCertificates.createdBy, userId),
        isNull(preparedCertificates.credentialId),
      ),
    )
    .orderBy(desc(preparedCertificates.createdAt))
    .limit(1);
  return rows[0];
}

/** Deletes the certificate prepared to replace a credential's certificate. */
export async function deleteNextCertificate(
  tx: Transaction,
  organisationId: string,
  credentialId: string,
): Promise<void> {
  await tx.delete(preparedCertificates).where(isNextOf(organisationId, credentialId));
}

/**
 * Deletes certificates that were prepared before `before`. Keeps those that are to replace an existing credential's
 * certificate. Returns the number of deleted rows.
 */
export async function deleteOldCertificates(
  tx: Transaction,
  organisationId: string,
  before: Date,
): Promise<number> {
  const rows = await tx
    .delete(preparedCertificates)
    .where(
      and(
        eq(preparedCertificates.organisationId, organisationId),
        lt(preparedCertificates.createdAt, before),
        notExists(
          tx
            .select({ id: credentials.id })
            .from(credentials)
            .where(
              and(
                eq(credentials.organisationId, organisationId),
                eq(credentials.id, preparedCertificates.credentialId),
              ),
            ),
        ),
      ),
    )
    .returning({ id: preparedCertificates.id });
  return rows.length;
}
