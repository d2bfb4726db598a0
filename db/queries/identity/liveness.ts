import { and, eq, gt, inArray, isNull } from "drizzle-orm";
import type { Scope } from "#lib/domain/access-token.ts";
import type { Role } from "#lib/domain/roles.ts";
import type { SessionEndReason } from "#lib/domain/session.ts";
import type { Database, Transaction } from "../../client.ts";
import { apiTokens, memberships, sessions } from "../../schema/index.ts";

/** The organisation of a live session or API token, and the person's current role there. */
export type Live = { organisationId: string; role: Role };

/** Returns the sessions with these hashes that weren't revoked. Each has its organisation and the person's role there. */
export async function listSessionsWithRole(db: Database, idHashes: Buffer[]) {
  if (idHashes.length === 0) return [];
  return db
    .select({
      session: sessions,
      live: { organisationId: memberships.organisationId, role: memberships.role },
    })
    .from(sessions)
    .innerJoin(
      memberships,
      and(eq(memberships.userId, sessions.userId), eq(memberships.organisationId, sessions.organisationId)),
    )
    .where(and(inArray(sessions.idHash, idHashes), isNull(sessions.revokedAt)));
}

/** Whether the session with this hash was revoked for one of these reasons. */
export async function wasEndedFor(
  tx: Transaction,
  idHash: Buffer,
  reasons: readonly SessionEndReason[],
): Promise<boolean> {
  const rows = await tx
    .select({ idHash: sessions.idHash })
    .from(sessions)
    .where(and(eq(sessions.idHash, idHash), inArray(sessions.endReason, [...reasons])));
  return rows.length > 0;
}

/** Returns the API tokens with these ids that are neither revoked nor expired, keyed by id. */
export async function listLiveTokens(
  db: Database | Transaction,
  ids: string[],
  now: Date,
): Promise<Map<string, Live & { scopes: readonly Scope[] }>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({
      id: apiTokens.id,
      organisationId: memberships.organisationId,
      role: memberships.role,
      scopes: apiTokens.scopes,
    })
    .from(apiTokens)
    .innerJoin(
      memberships,
      and(eq(memberships.userId, apiTokens.userId), eq(memberships.organisationId, apiTokens.organisationId)),
    )
    .where(and(inArray(apiTokens.id, ids), isNull(apiTokens.revokedAt), gt(apiTokens.expiresAt, now)));
  return new Map(rows.map(({ id, ...live }) => [id, live]));
}
