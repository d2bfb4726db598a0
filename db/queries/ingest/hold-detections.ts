import { and, eq, inArray } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { detections } from "../../schema/index.ts";
import { holdConfigurations } from "../sources/hold-configurations.ts";

/**
 * Prevents the deletion of these detections and their configurations until commit. Returns the ids of the existing
 * detections, without those of deleted configurations. Doesn't block other writers. A transaction that only refers to
 * detections must call this before it takes change numbers.
 */
export async function holdDetections(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const isOneOf = and(eq(detections.organisationId, organisationId), inArray(detections.id, [...ids]));
  const of = await tx.selectDistinct({ id: detections.configurationId }).from(detections).where(isOneOf);
  const held = await holdConfigurations(
    tx,
    organisationId,
    of.map(({ id }) => id),
  );
  if (held.size === 0) return held;
  const rows = await tx
    .select({ id: detections.id })
    .from(detections)
    .where(and(isOneOf, inArray(detections.configurationId, [...held])))
    .orderBy(detections.id)
    .for("key share");
  return new Set(rows.map(({ id }) => id));
}
