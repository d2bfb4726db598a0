import { and, eq, gt, inArray, isNotNull, isNull, lt, ne, or, sql } from "drizzle-orm";
import type { SessionEndReason } from "#lib/domain/session.ts";
import type { Database, Transaction } from "../../client.ts";
import { loginLinks, sessions, users } from "../../schema/index.ts";

type Handle = Database | Transaction;
export type SessionRow = typeof sessions.$inferSelect;

/** Inserts a session. */
export async function insertSession(db: Handle, row: typeof sessions.$inferInsert): Promise<void> {
  await db.insert(sessions).values(row);
}

/**
 * Returns a session with its person, or undefined if there is none. Returns a revoked session only with `includeRevoked`.
 */
export async function findSession(db: Handle, idHash: Buffer, { includeRevoked = false } = {}) {
  const rows = await db
    .select({ session: sessions, user: users })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.idHash, idHash), includeRevoked ? undefined : isNull(sessions.revokedAt)));
  return rows[0];
}

/** Records when a session was last used. */
export async function touchSession(db: Handle, idHash: Buffer, at: Date): Promise<void> {
  await db.update(sessions).set({ lastSeenAt: at }).where(eq(sessions.idHash, idHash));
}

/** Switches a session to another organisation, and to the browser's device there. */
export async function setSessionOrganisation(
  db: Handle,
  idHash: Buffer,
  organisationId: string,
  deviceId: string | null,
): Promise<void> {
  await db
    .update(sessions)
    .set({ organisationId, deviceId, earlierDeviceIds: withCurrentDevice(deviceId) })
    .where(eq(sessions.idHash, idHash));
}

/** Returns the earlier devices of a session that moves to the device `next`. The current device becomes one of them. */
const withCurrentDevice = (next: string | null) => sql`case
  when ${sessions.deviceId} is null or ${sessions.deviceId} is not distinct from ${next}::uuid
    or ${sessions.deviceId} = any (${sessions.earlierDeviceIds}) then ${sessions.earlierDeviceIds}
  else array_append(${sessions.earlierDeviceIds}, ${sessions.deviceId}) end`;

/** Revokes a session. Returns the id of the session's device, or null if the device is unknown. */
export async function revokeSession(
  db: Handle,
  idHash: Buffer,
  at: Date,
  endReason: SessionEndReason,
): Promise<string | null> {
  const rows = await db
    .update(sessions)
    .set({ revokedAt: at, endReason })
    .where(and(eq(sessions.idHash, idHash), isNull(sessions.revokedAt)))
    .returning({ deviceId: sessions.deviceId });
  return rows[0]?.deviceId ?? null;
}

/**
 * Revokes a removed member's sessions in an organisation, and the person's sessions without an organisation.
 */
export async function revokeSessionsOf(
  db: Handle,
  userId: string,
  organisationId: string,
  at: Date,
): Promise<void> {
  await db
    .update(sessions)
    .set({ revokedAt: at, endReason: "member_removed" })
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.revokedAt),
        sql`(${sessions.organisationId} = ${organisationId}::uuid or ${sessions.organisationId} is null)`,
      ),
    );
}

/** Returns the id of a session's device, or null if the device is unknown. */
export async function getSessionDevice(db: Handle, idHash: Buffer): Promise<string | null> {
  const rows = await db
    .select({ deviceId: sessions.deviceId })
    .from(sessions)
    .where(eq(sessions.idHash, idHash));
  return rows[0]?.deviceId ?? null;
}

/** Returns the ids of all devices that a session was ever used on, in any organisation. */
export async function listSessionDevices(db: Handle, idHash: Buffer): Promise<string[]> {
  const rows = await db
    .select({ deviceId: sessions.deviceId, earlierDeviceIds: sessions.earlierDeviceIds })
    .from(sessions)
    .where(eq(sessions.idHash, idHash));
  return rows.flatMap(({ deviceId, earlierDeviceIds }) => [
    ...(deviceId ? [deviceId] : []),
    ...earlierDeviceIds,
  ]);
}

/** Records which device a session is used on. Returns false if the session was revoked. */
export async function setSessionDevice(db: Handle, idHash: Buffer, deviceId: string): Promise<boolean> {
  const rows = await db
    .update(sessions)
    .set({ deviceId, earlierDeviceIds: withCurrentDevice(deviceId) })
    .where(and(eq(sessions.idHash, idHash), isNull(sessions.revokedAt)))
    .returning({ idHash: sessions.idHash });
  return rows.length === 1;
}

/** Revokes a person's sessions whose current device is `deviceId`, except the session with the hash `exceptHash`. */
export async function revokeSessionsOn(
  db: Handle,
  on: { userId: string; deviceId: string; exceptHash?: Buffer | null },
  at: Date,
): Promise<void> {
  await db
    .update(sessions)
    .set({ revokedAt: at, endReason: "replaced" })
    .where(
      and(
        eq(sessions.userId, on.userId),
        eq(sessions.deviceId, on.deviceId),
        isNull(sessions.revokedAt),
        on.exceptHash ? ne(sessions.idHash, on.exceptHash) : undefined,
      ),
    );
}

/**
 * Locks a person's unrevoked sessions that were ever used on a device, in any organisation, until commit and returns them.
 * Leaves out the session with the hash `exceptHash`.
 */
export async function lockSessionsOnDevices(
  tx: Transaction,
  userId: string,
  exceptHash: Buffer | null,
): Promise<SessionRow[]> {
  return tx
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.revokedAt),
        or(isNotNull(sessions.deviceId), sql`${sessions.earlierDeviceIds} <> '{}'`),
        exceptHash ? ne(sessions.idHash, exceptHash) : undefined,
      ),
    )
    .orderBy(sessions.idHash)
    .for("update");
}

/** Revokes the sessions with these hashes. */
export async function revokeSessions(
  tx: Transaction,
  idHashes: Buffer[],
  at: Date,
  endReason: SessionEndReason,
): Promise<void> {
  if (idHashes.length === 0) return;
  await tx.update(sessions).set({ revokedAt: at, endReason }).where(inArray(sessions.idHash, idHashes));
}

/** Stores a one-time link's hash, but not the link's token. */
export async function insertLoginLink(db: Handle, row: typeof loginLinks.$inferInsert): Promise<void> {
  await db.insert(loginLinks).values(row);
}

/** Marks a one-time link as used and returns the link. Returns undefined if the link is unknown, used or expired. */
export async function useLoginLink(
  db: Handle,
  tokenHash: Buffer,
  purpose: "first-admin" | "break-glass",
  at: Date,
  organisationId?: string,
) {
  const rows = await db
    .update(loginLinks)
    .set({ usedAt: at })
    .where(
      and(
        eq(loginLinks.tokenHash, tokenHash),
        eq(loginLinks.purpose, purpose),
        isNull(loginLinks.usedAt),
        gt(loginLinks.expiresAt, at),
        organisationId ? eq(loginLinks.organisationId, organisationId) : undefined,
      ),
    )
    .returning();
  return rows[0];
}

/** Ends all unused first-admin links of an organisation. */
export async function voidFirstAdminLinks(db: Handle, organisationId: string, at: Date): Promise<void> {
  await db
    .update(loginLinks)
    .set({ usedAt: at })
    .where(
      and(
        eq(loginLinks.organisationId, organisationId),
        eq(loginLinks.purpose, "first-admin"),
        isNull(loginLinks.usedAt),
      ),
    );
}

/** Deletes sessions and one-time links that expired before `before`. Returns the number of deleted rows. */
export async function deleteOldSessions(db: Database, before: Date): Promise<number> {
  const ended = await db
    .delete(sessions)
    .where(lt(sessions.expiresAt, before))
    .returning({ id: sessions.idHash });
  const links = await db
    .delete(loginLinks)
    .where(lt(loginLinks.expiresAt, before))
    .returning({ id: loginLinks.tokenHash });
  return ended.length + links.length;
}
