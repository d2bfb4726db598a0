import { type AnyColumn, and, eq, isNull, lte, sql } from "drizzle-orm";
import type { Counts } from "#lib/domain/digest.ts";
import type { Severity } from "#lib/domain/severity.ts";
import type { Transaction } from "../../client.ts";
import { digests } from "../../schema/index.ts";
import { countValues, type DigestRow } from "./digests.ts";

/**
 * Identifies a digest of alerts that were old on arrival: the configuration, and the person whom the digest is for. `userId`
 * null means everyone who may see the configuration.
 */
export type HistorySubject = { configurationId: string; userId: string | null };

/**
 * Opens a digest of alerts that were old on arrival. Returns the digest's id, or null if one is already open for the same
 * configuration and person.
 */
export async function openHistoryDigest(
  tx: Transaction,
  organisationId: string,
  row: HistorySubject & Pick<DigestRow, "id" | "cause" | "gapFrom" | "gapUntil" | "createdAt">,
  counts: Counts,
): Promise<string | null> {
  const rows = await tx
    .insert(digests)
    .values({ organisationId, kind: "history", ...row, ...countValues(counts) })
    .onConflictDoNothing()
    .returning({ id: digests.id });
  return rows[0]?.id ?? null;
}

/**
 * Adds `counts` to the subject's open digest of alerts that were old on arrival. Returns false if no such digest is open.
 */
export async function addToHistoryDigest(
  tx: Transaction,
  organisationId: string,
  { configurationId, userId }: HistorySubject,
  counts: Counts,
): Promise<boolean> {
  const more = countValues(counts);
  const rows = await tx
    .update(digests)
    .set({
      highCount: sql`${digests.highCount} + ${more.highCount}`,
      mediumCount: sql`${digests.mediumCount} + ${more.mediumCount}`,
      lowCount: sql`${digests.lowCount} + ${more.lowCount}`,
      informationalCount: sql`${digests.informationalCount} + ${more.informationalCount}`,
      unknownCount: sql`${digests.unknownCount} + ${more.unknownCount}`,
    })
    .where(
      and(
        eq(digests.organisationId, organisationId),
        eq(digests.kind, "history"),
        eq(digests.configurationId, configurationId),
        userId ? eq(digests.userId, userId) : isNull(digests.userId),
        isNull(digests.endedAt),
      ),
    )
    .returning({ id: digests.id });
  return rows.length === 1;
}

/**
 * Takes an alert of this severity out of a configuration's open digest of alerts that were old on arrival. Does nothing if the
 * digest that counted the alert was sent, so if none is open that had been opened by `countedAt`.
 */
export async function takeFromHistoryDigest(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  severity: Severity,
  countedAt: Date,
): Promise<void> {
  const less = countValues({ [severity]: 1 });
  const left = (column: AnyColumn, taken: number) => sql`greatest(0, ${column} - ${taken})`;
  await tx
    .update(digests)
    .set({
      highCount: left(digests.highCount, less.highCount),
      mediumCount: left(digests.mediumCount, less.mediumCount),
      lowCount: left(digests.lowCount, less.lowCount),
      informationalCount: left(digests.informationalCount, less.informationalCount),
      unknownCount: left(digests.unknownCount, less.unknownCount),
    })
    .where(
      and(
        eq(digests.organisationId, organisationId),
        eq(digests.kind, "history"),
        eq(digests.configurationId, configurationId),
        isNull(digests.userId),
        isNull(digests.endedAt),
        lte(digests.createdAt, countedAt),
      ),
    );
}
