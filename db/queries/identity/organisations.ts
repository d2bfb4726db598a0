import type { Transaction } from "../../client.ts";
import { changeSequences, organisations, tenants } from "../../schema/index.ts";

/** Creates an organisation of a directory with its change sequence; the transaction is the organisation's. */
export async function insertOrganisation(
  tx: Transaction,
  row: { id: string; name: string; tenantId: string; firstAdmin: string | null },
): Promise<void> {
  await tx.insert(organisations).values({ id: row.id, name: row.name, tenantId: row.tenantId });
  await tx.insert(changeSequences).values({ organisationId: row.id });
  await tx
    .insert(tenants)
    .values({ tenantId: row.tenantId, organisationId: row.id, firstAdmin: row.firstAdmin });
}
