import { and, arrayContains, asc, desc, eq, gt, isNull, lt, or } from "drizzle-orm";
import type { Role } from "#lib/domain/roles.ts";
import type { Database, Transaction } from "../../client.ts";
import { apiTokens, memberships, users } from "../../schema/index.ts";

type ApiTokenRow = typeof apiTokens.$inferSelect;

/** Stores an API token's hash, but not the token's text. */
export async function insertApiToken(
  tx: Transaction,
  organisationId: string,
  row: Omit<typeof apiTokens.$inferInsert, "organisationId">,
): Promise<void> {
  await tx.insert(apiTokens).values({ ...row, organisationId });
}

/**
 * Returns a live API token with its owner's name and current role in the organisation. Returns undefined if there is no such
 * token or the owner isn't a member.
 */
export async function findLiveApiToken(db: Database, tokenHash: Buffer, now: Date) {
  const rows = await db
    .select({ token: apiTokens, userName: users.displayName, role: memberships.role })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .innerJoin(
      memberships,
      and(eq(memberships.userId, apiTokens.userId), eq(memberships.organisationId, apiTokens.organisationId)),
    )
    .where(
      and(eq(apiTokens.tokenHash, tokenHash), isNull(apiTokens.revokedAt), gt(apiTokens.expiresAt, now)),
    );
  return rows[0];
}

/** Records when an API token was last used. */
export async function touchApiToken(db: Database, tokenHash: Buffer, at: Date): Promise<void> {
  await db.update(apiTokens).set({ lastUsedAt: at }).where(eq(apiTokens.tokenHash, tokenHash));
}

/**
 * Locks a person's membership until commit. Returns the person's role, or null if the person isn't a member. The lock keeps
 * the person from creating two tokens at once, or one while being removed.
 */
export async function lockMembership(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<Role | null> {
  const rows = await tx
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.organisationId, organisationId), eq(memberships.userId, userId)))
    .for("update");
  return rows[0]?.role ?? null;
}

/**
 * Lists an organisation's live API tokens with their owners' names, newest first. With `userId`, lists only this person's
 * tokens.
 */
export async function listLiveApiTokens(
  tx: Transaction,
  organisationId: string,
  now: Date,
  userId?: string,
): Promise<{ token: ApiTokenRow; userName: string }[]> {
  return tx
    .select({ token: apiTokens, userName: users.displayName })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(
      and(
        eq(apiTokens.organisationId, organisationId),
        isNull(apiTokens.revokedAt),
        gt(apiTokens.expiresAt, now),
        userId ? eq(apiTokens.userId, userId) : undefined,
      ),
    )
    .orderBy(desc(apiTokens.createdAt), asc(apiTokens.id));
}

/**
 * Revokes an API token and returns it, or undefined if there is no such unrevoked token. With `userId`, revokes only a token
 * of that person.
 */
export async function revokeApiToken(
  tx: Transaction,
  organisationId: string,
  id: string,
  at: Date,
  userId?: string,
): Promise<ApiTokenRow | undefined> {
  const rows = await tx
    .update(apiTokens)
    .set({ revokedAt: at })
    .where(
      and(
        eq(apiTokens.organisationId, organisationId),
        eq(apiTokens.id, id),
        isNull(apiTokens.revokedAt),
        userId ? eq(apiTokens.userId, userId) : undefined,
      ),
    )
    .returning();
  return rows[0];
}

/** Revokes the API tokens that a person made on a device, in any organisation. Returns the revoked tokens. */
export async function revokeApiTokensMadeOn(
  tx: Transaction,
  deviceId: string,
  userId: string,
  at: Date,
): Promise<ApiTokenRow[]> {
  return tx
    .update(apiTokens)
    .set({ revokedAt: at })
    .where(
      and(
        eq(apiTokens.userId, userId),
        arrayContains(apiTokens.deviceIds, [deviceId]),
        isNull(apiTokens.revokedAt),
      ),
    )
    .returning();
}

/** Revokes all API tokens of a person in an organisation. */
export async function revokeApiTokensOf(
  tx: Transaction,
  organisationId: string,
  userId: string,
  at: Date,
): Promise<void> {
  await tx
    .update(apiTokens)
    .set({ revokedAt: at })
    .where(
      and(
        eq(apiTokens.organisationId, organisationId),
        eq(apiTokens.userId, userId),
        isNull(apiTokens.revokedAt),
      ),
    );
}

/** Deletes API tokens that ended before `before`. Returns the number of deleted tokens. */
export async function deleteOldApiTokens(db: Database, before: Date): Promise<number> {
  const rows = await db
    .delete(apiTokens)
    .where(or(lt(apiTokens.expiresAt, before), lt(apiTokens.revokedAt, before)))
    .returning({ id: apiTokens.id });
  return rows.length;
}
