import { and, eq, isNull } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { configurations, credentials, pollTargets, signIns } from "../../schema/index.ts";
import { deleteAccountsFor } from "./account-writes.ts";
import { deleteNextCertificate } from "./prepared-certificates.ts";

/**
 * Marks a configuration as deleted: nobody sees it any more, and it is no longer polled. Deletes the configuration's
 * credential if no other configuration uses it. Returns false if the configuration was already deleted. A job later deletes
 * the configuration's rows.
 */
export async function markConfigurationDeleted(
  tx: Transaction,
  organisationId: string,
  id: string,
  credentialId: string,
  at: Date,
): Promise<boolean> {
  // sign-ins first, the order in which finishing a sign-in takes its locks
  await tx
    .delete(signIns)
    .where(and(eq(signIns.organisationId, organisationId), eq(signIns.configurationId, id)));
  await tx
    .delete(pollTargets)
    .where(and(eq(pollTargets.organisationId, organisationId), eq(pollTargets.configurationId, id)));
  await lockCredential(tx, organisationId, credentialId);
  const rows = await tx
    .update(configurations)
    .set({ deletedAt: at, credentialId: null })
    .where(
      and(
        eq(configurations.organisationId, organisationId),
        eq(configurations.id, id),
        isNull(configurations.deletedAt),
      ),
    )
    .returning({ id: configurations.id });
  if (rows.length === 0) return false;
  // nobody needs people's tokens any more
  await deleteAccountsFor(tx, organisationId, id);
  await deleteUnusedCredential(tx, organisationId, credentialId);
  return true;
}

/**
 * Deletes a locked credential if no configuration uses it. Also deletes the certificate that was prepared to replace the
 * credential's.
 */
async function deleteUnusedCredential(tx: Transaction, organisationId: string, id: string): Promise<void> {
  const [user] = await tx
    .select({ id: configurations.id })
    .from(configurations)
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.credentialId, id)))
    .limit(1);
  if (user) return;
  await deleteNextCertificate(tx, organisationId, id);
  await tx
    .delete(credentials)
    .where(and(eq(credentials.organisationId, organisationId), eq(credentials.id, id)));
}

/**
 * Locks a credential until commit and returns its revision. Returns null if the credential doesn't exist. Callers must take
 * this lock before they let another configuration use the credential, and before they delete the credential.
 */
export async function lockCredential(
  tx: Transaction,
  organisationId: string,
  credentialId: string,
): Promise<number | null> {
  const rows = await tx
    .select({ revision: credentials.revision })
    .from(credentials)
    .where(and(eq(credentials.organisationId, organisationId), eq(credentials.id, credentialId)))
    .for("update");
  return rows[0]?.revision ?? null;
}
