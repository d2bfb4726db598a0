import { and, eq, gt, inArray, isNull } from "drizzle-orm";
import type { Role } from "#lib/domain/roles.ts";
import type { Database } from "../client.ts";
import { apiTokens, memberships, sessions } from "../schema/index.ts";

/** Where a credential still leads: its organisation, and the role its person has there now. */
export type Live = { organisationId: string; role: Role };

/** Those of the sessions that live, by their hash in hex, in the organisation each looks at. */
export async function listLiveSessions(
  db: Database,
  idHashes: Buffer[],
  now: Date,
  idleSince: Date,
): Promise<Map<string, Live>> {
  if (idHashes.length === 0) return new Map();
  const rows = await db
    .select({
      idHash: sessions.idHash,
      organisationId: memberships.organisationId,
      role: memberships.role,
    })
    .from(sessions)
    .innerJoin(
      memberships,
      and(eq(memberships.userId, sessions.userId), eq(memberships.organisationId, sessions.organisationId)),
    )
    .where(
      and(
        inArray(sessions.idHash, idHashes),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, now),
        gt(sessions.lastSeenAt, idleSince),
      ),
    );
  return new Map(rows.map(({ idHash, ...live }) => [idHash.toString("hex"), live]));
}

/** Those of the personal access tokens that live, by id. */
export async function listLiveTokens(db: Database, ids: string[], now: Date): Promise<Map<string, Live>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({
      id: apiTokens.id,
      organisationId: memberships.organisationId,
      role: memberships.role,
    })
    .from(apiTokens)
    .innerJoin(
      memberships,
      and(eq(memberships.userId, apiTokens.userId), eq(memberships.organisationId, apiTokens.organisationId)),
    )
    .where(and(inArray(apiTokens.id, ids), isNull(apiTokens.revokedAt), gt(apiTokens.expiresAt, now)));
  return new Map(rows.map(({ id, ...live }) => [id, live]));
}
