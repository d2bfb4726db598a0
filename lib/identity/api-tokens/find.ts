import { findLiveApiToken, touchApiToken } from "#db/queries/identity/api-tokens.ts";
import { permissionsOf } from "#lib/domain/access-token.ts";
import { isTokenText } from "#lib/domain/token-text.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { Actor, Services } from "#lib/core/context.ts";

/** last use is noted this often at most: a busy script would write a row at every request */
const touchEveryMs = 60_000;

/**
 * Whom a token acts as: its person with the role they have at this moment, and no more than its scopes.
 * Null when it is malformed (told without the database), unknown, expired, revoked, or its person has left.
 */
export async function findToken(
  services: Services,
  text: string,
): Promise<Extract<Actor, { kind: "user" }> | null> {
  if (!isTokenText("access", text)) return null;
  const now = services.now();
  const tokenHash = sha256(text);
  const found = await findLiveApiToken(services.db, tokenHash, now);
  if (!found) return null;
  const { token, userName, role } = found;
  if (!token.lastUsedAt || now.getTime() - token.lastUsedAt.getTime() > touchEveryMs)
    await touchApiToken(services.db, tokenHash, now);
  return {
    kind: "user",
    userId: token.userId,
    name: userName,
    role,
    organisationId: token.organisationId,
    token: { id: token.id, name: token.name, permissions: permissionsOf(token.scopes) },
  };
}
