import type { Transaction } from "../client.ts";
import { configurations, credentials } from "../schema/index.ts";

/** Stores a credential; its secret is sealed already. */
export async function insertCredential(tx: Transaction, row: typeof credentials.$inferInsert): Promise<void> {
  await tx.insert(credentials).values(row);
}

/** Stores a configuration; false when its subscription is taken, also by someone a moment earlier. */
export async function insertConfiguration(tx: Transaction, row: typeof configurations.$inferInsert): Promise<boolean> {
  const rows = await tx
    .insert(configurations)
    .values(row)
    .onConflictDoNothing({ target: [configurations.organisationId, configurations.cloud, configurations.subscriptionId] })
    .returning({ id: configurations.id });
  return rows.length === 1;
}
