import { and, eq, isNull } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { configurations, credentials, pollTargets, signIns } from "../../schema/index.ts";
import { deleteAccountsFor } from "./accounts.ts";
import { deleteNextCertificate } from "./prepared-certificates.ts";

/**
 * Takes a configuration out of everyone's sight: nothing is read any more. Its credential goes when no other configuration
 * uses it. False when it was deleted already. Its rows go later, in batches.
 */
export async function markConfigurationDeleted(
  tx: Transaction,
  organisationId: string,
  id: string,
  credentialId: string,
  at: Date,
): Promise<boolean> {
  // sign-ins first: whoever finishes one locks it before the place in the schedule
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
  // people's tokens are of no more use, so they go at once
  await deleteAccountsFor(tx, organisationId, id);
  await deleteUnusedCredential(tx, organisationId, credentialId);
  return true;
}

/** Deletes a locked credential that no configuration uses, with the certificate that was to follow on its own. */
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
 * Locks a credential until commit and gives its revision; null when it is gone. Who begins to use one and who
 * deletes it both do.
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
