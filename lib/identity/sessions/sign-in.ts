import { inOrganisation, type Transaction } from "#db/client.ts";
import {
  listMembers,
  listMemberships,
  listDirectoryOrganisations,
  putAccessRequest,
  putMembership,
  upsertUser,
} from "#db/queries/identity/people.ts";
import { findSession, insertSession, revokeSession, useLoginLink } from "#db/queries/identity/sessions.ts";
import { sessionAbsoluteMs } from "#lib/domain/session.ts";
import { newId, newToken, sha256 } from "#lib/platform/ids.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import type { Services } from "#lib/core/context.ts";

/** Who the directory says has signed in; from a checked id_token. */
type SignedInIdentity = { directoryId: string; objectId: string; signInName: string; displayName: string };

/**
 * Signs a person of the directory in: finds or creates them, makes the named first Admin one, notes others
 * as waiting, and opens a session in place of the one that the browser held (`replaces`, its id), in the same
 * organisation. Returns the session's id, which is kept nowhere but in the cookie.
 */
export async function signIn(
  services: Services,
  identity: SignedInIdentity,
  more: { userAgent: string; firstAdminToken: string | null; replaces?: string | null },
): Promise<{ sessionId: string; userId: string }> {
  const now = services.now();
  const directoryId = identity.directoryId.toLowerCase();
  const user = await upsertUser(services.db, {
    id: newId(),
    directoryId,
    objectId: identity.objectId.toLowerCase(),
    signInName: identity.signInName.slice(0, 320),
    displayName: (identity.displayName || identity.signInName).slice(0, 200),
    at: now,
  });
  const organisations = await listDirectoryOrganisations(services.db, directoryId);
  for (const { organisationId, firstAdmin } of organisations)
    await makeFirstAdmin(services, organisationId, user, firstAdmin, more.firstAdminToken);
  const mine = await listMemberships(services.db, user.id);
  const former = await formerOf(services, user.id, more.replaces ?? null);
  const first = mine.find((one) => one.organisationId === former?.organisationId) ?? mine[0];
  // who is in a team already waits nowhere: one team's people are no business of another's
  if (!first) {
    for (const { organisationId } of organisations)
      await inOrganisation(services.db, organisationId, (tx) =>
        putAccessRequest(tx, organisationId, user.id),
      );
  }
  return {
    sessionId: await openSession(services, user, first?.organisationId ?? null, more.userAgent, {
      replaces: more.replaces,
    }),
    userId: user.id,
  };
}

type Person = { id: string; displayName: string; signInName: string };

/** Makes the person the organisation's first Admin when it has none and they are named, or hold its link. */
async function makeFirstAdmin(
  services: Services,
  organisationId: string,
  user: Person,
  firstAdmin: string | null,
  token: string | null,
): Promise<void> {
  const now = services.now();
  await inOrganisation(services.db, organisationId, async (tx) => {
    const members = await listMembers(tx, organisationId);
    if (members.some((member) => member.userId === user.id)) return;
    const hasAdmin = members.some((member) => member.role === "admin");
    const named = firstAdmin !== null && firstAdmin.toLowerCase() === user.signInName.toLowerCase();
    const link =
      !hasAdmin && token
        ? await useLoginLink(tx, sha256(token), "first-admin", now, organisationId)
        : undefined;
    if (hasAdmin || (!named && !link)) return;
    await putMembership(tx, organisationId, user.id, "admin");
    const ctx = { services, actor: { kind: "system", name: user.displayName, organisationId } } as const;
    const subject = { kind: "user", id: user.id };
    await recordAudit(ctx, tx, "member.first_admin", subject, { signInName: user.signInName });
  });
}

/** The session that the browser of a person who signs in again held, if it was theirs and nobody ended it. */
async function formerOf(services: Services, userId: string, sessionId: string | null) {
  const found = sessionId ? await findSession(services.db, sha256(sessionId)) : undefined;
  return found?.session.userId === userId ? found.session : undefined;
}

/**
 * Opens a session: 12 hours at most, longer for alerts on a proved device. The one that the browser held ends with it,
 * whoever's it was, and hands on the device that it was open on; writes the audit row in the same transaction.
 */
export async function openSession(
  services: Services,
  user: Person,
  organisationId: string | null,
  userAgent: string,
  more: { how?: "microsoft" | "login_link"; replaces?: string | null } = {},
): Promise<string> {
  const { how = "microsoft", replaces = null } = more;
  const now = services.now();
  const former = await formerOf(services, user.id, replaces);
  const sessionId = newToken();
  const row = {
    idHash: sha256(sessionId),
    userId: user.id,
    organisationId,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + sessionAbsoluteMs),
    userAgent: userAgent.slice(0, 300),
    deviceId: former?.organisationId === organisationId ? former.deviceId : null,
  };
  const replace = async (tx: Transaction) => {
    await insertSession(tx, row);
    if (replaces) await revokeSession(tx, sha256(replaces), now);
  };
  if (!organisationId) {
    await services.db.transaction(replace);
    return sessionId;
  }
  await inOrganisation(services.db, organisationId, async (tx) => {
    await replace(tx);
    const ctx = { services, actor: { kind: "system", name: user.displayName, organisationId } } as const;
    await recordAudit(ctx, tx, "session.started", { kind: "user", id: user.id }, { how });
  });
  return sessionId;
}
