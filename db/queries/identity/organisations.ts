import type { Database, Transaction } from "../../client.ts";
import { changeSequences, organisations, directoryOrganisations } from "../../schema/index.ts";

/**
 * Inserts an organisation of a directory, and the organisation's change sequence. The transaction's organisation must
 * already be the new one.
 */
export async function insertOrganisation(
  tx: Transaction,
  row: { id: string; name: string; directoryId: string; firstAdmin: string | null },
): Promise<void> {
  await tx.insert(organisations).values({ id: row.id, name: row.name, directoryId: row.directoryId });
  await tx.insert(changeSequences).values({ organisationId: row.id });
  await tx
    .insert(directoryOrganisations)
    .values({ directoryId: row.directoryId, organisationId: row.id, firstAdmin: row.firstAdmin });
}

/** Lists the ids of all organisations. */
export async function listOrganisationIds(db: Database): Promise<string[]> {
  const rows = await db
    .selectDistinct({ id: directoryOrganisations.organisationId })
    .from(directoryOrganisations);
  return rows.map((row) => row.id);
}
