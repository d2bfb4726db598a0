import { and, eq } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { configurations, credentials } from "../../schema/index.ts";
import type { ConfigurationRow } from "./configurations.ts";

/** Inserts a credential. The caller has already sealed the secret. */
export async function insertCredential(tx: Transaction, row: typeof credentials.$inferInsert): Promise<void> {
  await tx.insert(credentials).values(row);
}

/** Inserts a configuration. Returns false if another configuration already reads the scope. */
export async function insertConfiguration(
  tx: Transaction,
  row: typeof configurations.$inferInsert,
): Promise<boolean> {
  const rows = await tx
    .insert(configurations)
    .values(row)
    .onConflictDoNothing({
      target: [
        configurations.organisationId,
        configurations.vendor,
        configurations.scopeId,
        configurations.cloud,
      ],
    })
    .returning({ id: configurations.id });
  return rows.length === 1;
}

/** Disables a configuration, with `at` as the time of disabling. Enables the configuration if `at` is null. */
export async function setDisabled(
  tx: Transaction,
  organisationId: string,
  id: string,
  at: Date | null,
): Promise<void> {
  await tx
    .update(configurations)
    .set({ disabledAt: at })
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
}

/** Updates those columns of a configuration that can change without a verification. */
export async function updateConfiguration(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: Partial<
    Pick<ConfigurationRow, "displayName" | "pollIntervalSeconds" | "writeAs" | "environment" | "notifyAbout">
  >,
): Promise<void> {
  await tx
    .update(configurations)
    .set(values)
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
}

/** Sets the expiry of a credential's secret, as an admin entered it; null if unknown. */
export async function setSecretExpiry(
  tx: Transaction,
  organisationId: string,
  credentialId: string,
  secretExpiresOn: string | null,
): Promise<void> {
  await tx
    .update(credentials)
    .set({ secretExpiresOn })
    .where(and(eq(credentials.organisationId, organisationId), eq(credentials.id, credentialId)));
}

/** Replaces the secret of a credential if the credential still has this `revision`. Returns false if it has another one. */
export async function replaceSecretRow(
  tx: Transaction,
  organisationId: string,
  credentialId: string,
  revision: number,
  values: Pick<
    typeof credentials.$inferInsert,
    "kind" | "secretSealed" | "secretHint" | "certificate" | "secretExpiresOn" | "secretSetAt" | "secretSetBy"
  >,
): Promise<boolean> {
  const rows = await tx
    .update(credentials)
    .set({ ...values, revision: revision + 1 })
    .where(
      and(
        eq(credentials.organisationId, organisationId),
        eq(credentials.id, credentialId),
        eq(credentials.revision, revision),
      ),
    )
    .returning({ id: credentials.id });
  return rows.length === 1;
}
