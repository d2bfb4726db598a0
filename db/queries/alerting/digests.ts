import { and, eq, inArray, isNull, sql } from "drizzle-orm";
import {
  type Counts,
  type GatheredKind,
  gatheredKinds,
  type PersonalDigestKind,
} from "#lib/domain/digest.ts";
import type { Transaction } from "../../client.ts";
import { insertRecords } from "../../records.ts";
import { digests } from "../../schema/index.ts";

export type DigestRow = typeof digests.$inferSelect;

const isDigest = (organisationId: string, id: string) =>
  and(eq(digests.organisationId, organisationId), eq(digests.id, id));

/** Returns how many alerts of each severity a digest counts. */
export const countsOf = (digest: DigestRow): Counts => ({
  high: digest.highCount,
  medium: digest.mediumCount,
  low: digest.lowCount,
  informational: digest.informationalCount,
  unknown: digest.unknownCount,
});

/** Returns the columns of a digest that counts these alerts. */
export const countValues = ({ high = 0, medium = 0, low = 0, informational = 0, unknown = 0 }: Counts) => ({
  highCount: high,
  mediumCount: medium,
  lowCount: low,
  informationalCount: informational,
  unknownCount: unknown,
});

/**
 * Returns the open digests of one kind for these people, keyed by user id. Opens missing digests (`isNew`). The digests stay
 * open until commit, so that they count notifications inserted before it.
 */
export async function openPersonalDigests(
  tx: Transaction,
  organisationId: string,
  kind: PersonalDigestKind,
  userIds: readonly string[],
  newId: () => string,
  createdAt: Date,
): Promise<Map<string, { id: string; isNew: boolean }>> {
  const open = new Map<string, { id: string; isNew: boolean }>();
  // sorted, because two transactions in different orders could deadlock
  const sortedIds = [...new Set(userIds)].sort();
  for (let missing = sortedIds; missing.length > 0; missing = sortedIds.filter((id) => !open.has(id))) {
    const added = await insertRecords<typeof digests, { id: string }>(
      tx,
      digests,
      missing.map((userId) => ({ organisationId, id: newId(), kind, userId, createdAt })),
      sql`on conflict do nothing returning id`,
    );
    const addedIds = new Set(added.map(({ id }) => id));
    const rows = await tx
      .select({ id: digests.id, userId: digests.userId })
      .from(digests)
      .where(
        and(
          eq(digests.organisationId, organisationId),
          eq(digests.kind, kind),
          inArray(digests.userId, missing),
          isNull(digests.endedAt),
        ),
      )
      .for("share");
    for (const { id, userId } of rows) if (userId) open.set(userId, { id, isNew: addedIds.has(id) });
  }
  return open;
}

/** Lists the people for whom a digest that gathers alerts is open, with its kind. */
export async function listGathering(
  tx: Transaction,
  organisationId: string,
): Promise<{ userId: string; kind: GatheredKind }[]> {
  const rows = await tx
    .select({ userId: digests.userId, kind: digests.kind })
    .from(digests)
    .where(
      and(
        eq(digests.organisationId, organisationId),
        inArray(digests.kind, [...gatheredKinds]),
        isNull(digests.endedAt),
      ),
    );
  return rows.flatMap(({ userId, kind }) => (userId ? [{ userId, kind: kind as GatheredKind }] : []));
}

/** Inserts digests of escalations, one for each person. Such a digest is sent at once, so it is never open. */
export async function insertEscalatedDigests(
  tx: Transaction,
  organisationId: string,
  rows: readonly { id: string; userId: string }[],
  at: Date,
): Promise<void> {
  await insertRecords(
    tx,
    digests,
    rows.map((row) => ({ ...row, organisationId, kind: "escalated" as const, createdAt: at, endedAt: at })),
  );
}

/** Locks the person's open digest of this kind until commit and returns the digest, or undefined if none is open. */
export async function lockOpenDigest(
  tx: Transaction,
  organisationId: string,
  kind: PersonalDigestKind,
  userId: string,
): Promise<DigestRow | undefined> {
  const rows = await tx
    .select()
    .from(digests)
    .where(
      and(
        eq(digests.organisationId, organisationId),
        eq(digests.kind, kind),
        eq(digests.userId, userId),
        isNull(digests.endedAt),
      ),
    )
    .for("update");
  return rows[0];
}

/** Locks a digest until commit and returns it, or undefined if there is none. */
export async function lockDigest(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<DigestRow | undefined> {
  const rows = await tx.select().from(digests).where(isDigest(organisationId, id)).for("update");
  return rows[0];
}

/** Returns a digest, or undefined if there is none. */
export async function getDigest(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<DigestRow | undefined> {
  const rows = await tx.select().from(digests).where(isDigest(organisationId, id));
  return rows[0];
}

/** Ends a digest. No further alerts are added to an ended digest. */
export async function endDigest(
  tx: Transaction,
  organisationId: string,
  id: string,
  endedAt: Date,
): Promise<void> {
  await tx.update(digests).set({ endedAt }).where(isDigest(organisationId, id));
}

/** Sets how many alerts of each severity a personal digest counts, and how many of these alerts are closed. */
export async function setDigestCounts(
  tx: Transaction,
  organisationId: string,
  id: string,
  counts: Counts,
  closedCount: number,
): Promise<void> {
  await tx
    .update(digests)
    .set({ ...countValues(counts), closedCount })
    .where(isDigest(organisationId, id));
}
