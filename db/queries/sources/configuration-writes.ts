import { and, eq } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { configurations, credentials } from "../../schema/index.ts";
import type { ConfigurationRow } from "./configurations.ts";

/** Stores a credential; its secret is sealed already. */
export async function insertCredential(tx: Transaction, row: typeof credentials.$inferInsert): Promise<void> {
  await tx.insert(credentials).values(row);
}

/** Stores a configuration; false when its scope is taken, also by someone a moment earlier. */
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

/** Switches a configuration off at a moment, or on with null. */
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

/** Changes what may change without asking the vendor again. */
export async function updateConfiguration(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: Partial<Pick<ConfigurationRow, "displayName" | "pollIntervalSeconds" | "writeAs">>,
): Promise<void> {
  await tx
    .update(configurations)
    .set(values)
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
}

/** Notes when a credential's secret expires, as its admin says; null for unknown. */
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

/** Puts a new secret in the place of the one at `revision`; false when that one is gone already. */
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
