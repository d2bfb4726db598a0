import { and, asc, eq, isNotNull } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { detections } from "../../schema/index.ts";

const isOwned = (organisationId: string) =>
  and(
    eq(detections.organisationId, organisationId),
    isNotNull(detections.ownerId),
    // as in the index detections_owned
    eq(detections.box, "owned"),
  );

/** A person who acknowledged open detections of a configuration. */
export type Owner = { userId: string; configurationId: string };

/** Lists who acknowledged open detections, once for each configuration. */
export async function listOwners(tx: Transaction, organisationId: string): Promise<Owner[]> {
  const rows = await tx
    .selectDistinct({ userId: detections.ownerId, configurationId: detections.configurationId })
    .from(detections)
    .where(isOwned(organisationId));
  return rows.flatMap(({ userId, configurationId }) => (userId ? [{ userId, configurationId }] : []));
}

/** Lists the ids of up to `limit` open detections of a configuration that a person acknowledged. */
export async function listOwnedBy(
  tx: Transaction,
  organisationId: string,
  { userId, configurationId }: Owner,
  limit: number,
): Promise<string[]> {
  const rows = await tx
    .select({ id: detections.id })
    .from(detections)
    .where(
      and(
        isOwned(organisationId),
        eq(detections.ownerId, userId),
        eq(detections.configurationId, configurationId),
      ),
    )
    .orderBy(asc(detections.id))
    .limit(limit);
  return rows.map(({ id }) => id);
}
