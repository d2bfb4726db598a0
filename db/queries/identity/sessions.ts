import { and, eq, gt, isNull, lt, ne, sql } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { loginLinks, sessions, users } from "../../schema/index.ts";

type Handle = Database | Transaction;
export type SessionRow = typeof sessions.$inferSelect;

/** Stores a session. */
export async function insertSession(db: Handle, row: typeof sessions.$inferInsert): Promise<void> {
  await db.insert(sessions).values(row);
}

/** A session with its person, unless it was ended; with `isOver` one that was, too. */
export async function findSession(db: Handle, idHash: Buffer, { isOver = false } = {}) {
  const rows = await db
    .select({ session: sessions, user: users })
    .from(sessions)
    .innerJoin(users, eq(users.id, sessions.userId))
    .where(and(eq(sessions.idHash, idHash), isOver ? undefined : isNull(sessions.revokedAt)));
  return rows[0];
}

/** Notes that a session was used. */
export async function touchSession(db: Handle, idHash: Buffer, at: Date): Promise<void> {
  await db.update(sessions).set({ lastSeenAt: at }).where(eq(sessions.idHash, idHash));
}

/** Points a session at another organisation, and at the device that its browser is there. */
export async function setSessionOrganisation(
  db: Handle,
  idHash: Buffer,
  organisationId: string,
  deviceId: string | null,
): Promise<void> {
  await db.update(sessions).set({ organisationId, deviceId }).where(eq(sessions.idHash, idHash));
}

/** Ends one session; gives the device that it was open on, if it is known. */
export async function revokeSession(db: Handle, idHash: Buffer, at: Date): Promise<string | null> {
  const rows = await db
    .update(sessions)
    .set({ revokedAt: at })
    .where(and(eq(sessions.idHash, idHash), isNull(sessions.revokedAt)))
    .returning({ deviceId: sessions.deviceId });
  return rows[0]?.deviceId ?? null;
}

/** Ends every session that a person has in an organisation. */
export async function revokeSessionsOf(
  db: Handle,
  userId: string,
  organisationId: string,
  at: Date,
): Promise<void> {
  await db
    .update(sessions)
    .set({ revokedAt: at })
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.revokedAt),
        sql`(${sessions.organisationId} = ${organisationId}::uuid or ${sessions.organisationId} is null)`,
      ),
    );
}

/** The device that a session is open on, if it is known. */
export async function getSessionDevice(db: Handle, idHash: Buffer): Promise<string | null> {
  const rows = await db
    .select({ deviceId: sessions.deviceId })
    .from(sessions)
    .where(eq(sessions.idHash, idHash));
  return rows[0]?.deviceId ?? null;
}

/** Notes on which device a session is open. */
export async function setSessionDevice(db: Handle, idHash: Buffer, deviceId: string): Promise<void> {
  await db.update(sessions).set({ deviceId }).where(eq(sessions.idHash, idHash));
}

/** Ends every session that is open on a device, but for `exceptHash`. */
export async function revokeSessionsOn(
  db: Handle,
  on: { userId: string; deviceId: string; exceptHash?: Buffer | null },
  at: Date,
): Promise<void> {
  await db
    .update(sessions)
    .set({ revokedAt: at })
    .where(
      and(
        eq(sessions.userId, on.userId),
        eq(sessions.deviceId, on.deviceId),
        isNull(sessions.revokedAt),
        on.exceptHash ? ne(sessions.idHash, on.exceptHash) : undefined,
      ),
    );
}

/** Stores a one-time link's hash. */
export async function insertLoginLink(db: Handle, row: typeof loginLinks.$inferInsert): Promise<void> {
  await db.insert(loginLinks).values(row);
}

/** Uses a one-time link up; undefined when it is unknown, used or too old. */
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

/** Takes back every first-admin link of an organisation that nobody has used. */
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

/** Deletes sessions and one-time links that ended before `before`; returns how many. */
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
