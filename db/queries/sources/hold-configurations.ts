import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { configurations } from "../../schema/index.ts";

/**
 * Prevents the deletion of these configurations until commit. Returns the ids of those that exist and aren't marked as
 * deleted. Doesn't block other writers. A transaction that refers to a configuration must call this before it locks a
 * detection or takes change numbers.
 */
export async function holdConfigurations(
  tx: Transaction,
  organisationId: string,
  ids: Iterable<string>,
): Promise<Set<string>> {
  const wanted = [...ids];
  if (wanted.length === 0) return new Set();
  const rows = await tx
    .select({ id: configurations.id })
    .from(configurations)
    .where(
      and(
        eq(configurations.organisationId, organisationId),
        inArray(configurations.id, wanted),
        isNull(configurations.deletedAt),
      ),
    )
    .orderBy(configurations.id)
    .for("key share");
  return new Set(rows.map(({ id }) => id));
}
