import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { configurations } from "../../schema/index.ts";

/**
 * Keeps those of these configurations that stand until commit, and returns their ids: no deletion takes their rows away
 * meanwhile. It holds up no other writer. Whoever writes rows that name a configuration calls it before it locks a detection
 * or takes change numbers.
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
