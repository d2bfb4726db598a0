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

/**
 * Prevents until commit that a configuration is changed or deleted, and returns who writes to its vendor. Returns undefined if
 * there is no such configuration. A transaction that also writes sign-ins or poll targets must write those first.
 */
export async function holdWriteAs(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<"application" | "person" | undefined> {
  const [row] = await tx
    .select({ writeAs: configurations.writeAs })
    .from(configurations)
    .where(
      and(
        eq(configurations.organisationId, organisationId),
        eq(configurations.id, id),
        isNull(configurations.deletedAt),
      ),
    )
    .for("share");
  return row?.writeAs;
}
