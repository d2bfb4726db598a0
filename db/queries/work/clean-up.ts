import { and, desc, eq, inArray, lt, notInArray, or, sql } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import {
  abandonedRuns,
  apiTokens,
  configurations,
  detectionTombstones,
  loginLinks,
  sessions,
  skippedAlerts,
  tenants,
} from "../../schema/index.ts";

/** Every organisation's id. */
export async function listOrganisationIds(db: Database): Promise<string[]> {
  const rows = await db.selectDistinct({ id: tenants.organisationId }).from(tenants);
  return rows.map((row) => row.id);
}

/** Deletes sessions, one-time links and API tokens that ended before `before`; says how many. */
export async function deleteOldSessions(db: Database, before: Date): Promise<number> {
  const ended = await db
    .delete(sessions)
    .where(lt(sessions.expiresAt, before))
    .returning({ id: sessions.idHash });
  const links = await db
    .delete(loginLinks)
    .where(lt(loginLinks.expiresAt, before))
    .returning({ id: loginLinks.tokenHash });
  const tokens = await db
    .delete(apiTokens)
    .where(or(lt(apiTokens.expiresAt, before), lt(apiTokens.revokedAt, before)))
    .returning({ id: apiTokens.id });
  return ended.length + links.length + tokens.length;
}

/** Deletes alerts set aside that were last seen before `before`, and all but the newest `most`; says how many. */
export async function deleteOldSkippedAlerts(
  tx: Transaction,
  organisationId: string,
  before: Date,
  most: number,
): Promise<number> {
  const kept = tx
    .select({ hash: skippedAlerts.bodyHash })
    .from(skippedAlerts)
    .where(eq(skippedAlerts.organisationId, organisationId))
    .orderBy(desc(skippedAlerts.lastSeenAt))
    .limit(most);
  const rows = await tx
    .delete(skippedAlerts)
    .where(
      and(
        eq(skippedAlerts.organisationId, organisationId),
        sql`(${lt(skippedAlerts.lastSeenAt, before)} or ${notInArray(skippedAlerts.bodyHash, kept)})`,
      ),
    )
    .returning({ hash: skippedAlerts.bodyHash });
  return rows.length;
}

/** Deletes notes of checks left before `before`. */
export async function deleteOldAbandonedRuns(
  tx: Transaction,
  organisationId: string,
  before: Date,
): Promise<void> {
  await tx
    .delete(abandonedRuns)
    .where(and(eq(abandonedRuns.organisationId, organisationId), lt(abandonedRuns.at, before)));
}

/** Configurations deleted before `before` whose rows are still there. */
export async function listLeftovers(
  tx: Transaction,
  organisationId: string,
  before: Date,
): Promise<string[]> {
  const rows = await tx
    .select({ id: configurations.id })
    .from(configurations)
    .where(and(eq(configurations.organisationId, organisationId), lt(configurations.deletedAt, before)));
  return rows.map((row) => row.id);
}

/** Deletes up to `most` tombstones from before `before`; says how many. */
export async function deleteOldTombstones(
  tx: Transaction,
  organisationId: string,
  before: Date,
  most: number,
): Promise<number> {
  const own = and(
    eq(detectionTombstones.organisationId, organisationId),
    lt(detectionTombstones.deletedAt, before),
  );
  const some = tx
    .select({ id: detectionTombstones.detectionId })
    .from(detectionTombstones)
    .where(own)
    .limit(most);
  const rows = await tx
    .delete(detectionTombstones)
    .where(and(own, inArray(detectionTombstones.detectionId, some)))
    .returning({ id: detectionTombstones.detectionId });
  return rows.length;
}
