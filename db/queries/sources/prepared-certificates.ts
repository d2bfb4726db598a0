import { and, desc, eq, isNull, lt, notExists } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { credentials, preparedCertificates } from "../../schema/index.ts";

type PreparedCertificateRow = typeof preparedCertificates.$inferSelect;

const of = (organisationId: string, id: string) =>
  and(eq(preparedCertificates.organisationId, organisationId), eq(preparedCertificates.id, id));

const following = (organisationId: string, credentialId: string) =>
  and(
    eq(preparedCertificates.organisationId, organisationId),
    eq(preparedCertificates.credentialId, credentialId),
  );

/** Keeps a certificate with its sealed key until it is used. */
export async function insertCertificate(
  tx: Transaction,
  row: typeof preparedCertificates.$inferInsert,
): Promise<void> {
  await tx.insert(preparedCertificates).values(row);
}

/** A prepared certificate, or undefined. */
export async function getCertificate(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<PreparedCertificateRow | undefined> {
  const rows = await tx.select().from(preparedCertificates).where(of(organisationId, id));
  return rows[0];
}

/** Takes a prepared certificate into use; undefined when it is gone: it is used once. */
export async function takeCertificate(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<PreparedCertificateRow | undefined> {
  const rows = await tx.delete(preparedCertificates).where(of(organisationId, id)).returning();
  return rows[0];
}

/** The one that is to follow on a credential's own, or undefined. */
export async function getNextCertificate(
  tx: Transaction,
  organisationId: string,
  credentialId: string,
): Promise<PreparedCertificateRow | undefined> {
  const rows = await tx.select().from(preparedCertificates).where(following(organisationId, credentialId));
  return rows[0];
}

/** The newest that a person prepared for a credential that is yet to be saved, or undefined. */
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

/** Takes away what was prepared to follow on a credential's own certificate. */
export async function deleteNextCertificate(
  tx: Transaction,
  organisationId: string,
  credentialId: string,
): Promise<void> {
  await tx.delete(preparedCertificates).where(following(organisationId, credentialId));
}

/**
 * Forgets certificates that nobody used since `before`, but for those that are to follow on a credential that
 * stands; says how many.
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
