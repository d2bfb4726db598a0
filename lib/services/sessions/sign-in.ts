import { inOrganisation } from "#db/client.ts";
import {
  listMembers,
  listMemberships,
  listTenantOrganisations,
  putAccessRequest,
  putMembership,
  upsertUser,
} from "#db/queries/people.ts";
import { insertSession, useLoginLink } from "#db/queries/sessions.ts";
import { newId, newToken, sha256 } from "#lib/platform/ids.ts";
import { recordAudit } from "../audit/record.ts";
import type { Services } from "../context.ts";

export const sessionAbsoluteMs = 12 * 3_600_000;
export const sessionIdleMs = 30 * 60_000;

/** Who Entra ID says has signed in; from a checked id_token. */
export type EntraIdentity = { tenantId: string; objectId: string; signInName: string; displayName: string };

/**
 * Signs a person of the directory in: finds or creates them, makes the named first Admin one, notes others
 * as waiting, and opens a session. Returns the session's id, which is kept nowhere but in the cookie.
 */
export async function signIn(
  services: Services,
  identity: EntraIdentity,
  more: { userAgent: string; firstAdminToken: string | null },
): Promise<{ sessionId: string; userId: string }> {
  const now = services.now();
  const tenantId = identity.tenantId.toLowerCase();
  const user = await upsertUser(services.db, {
    id: newId(),
    tenantId,
    objectId: identity.objectId.toLowerCase(),
    signInName: identity.signInName.slice(0, 320),
    displayName: (identity.displayName || identity.signInName).slice(0, 200),
    at: now,
  });
  const organisations = await listTenantOrganisations(services.db, tenantId);
  for (const { organisationId, firstAdmin } of organisations)
    await makeFirstAdmin(services, organisationId, user, firstAdmin, more.firstAdminToken);
  const [first] = await listMemberships(services.db, user.id);
  // who is in a team already waits nowhere: one team's people are no business of another's
  if (!first) {
    for (const { organisationId } of organisations)
      await inOrganisation(services.db, organisationId, (tx) =>
        putAccessRequest(tx, organisationId, user.id),
      );
  }
  return {
    sessionId: await openSession(services, user, first?.organisationId ?? null, more.userAgent),
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

/** Opens a session of 12 hours at most; writes the audit row in the same transaction. */
export async function openSession(
  services: Services,
  user: Person,
  organisationId: string | null,
  userAgent: string,
  how: "microsoft" | "login_link" = "microsoft",
): Promise<string> {
  const now = services.now();
  const sessionId = newToken();
  const row = {
    idHash: sha256(sessionId),
    userId: user.id,
    organisationId,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + sessionAbsoluteMs),
    userAgent: userAgent.slice(0, 300),
  };
  if (!organisationId) {
    await insertSession(services.db, row);
    return sessionId;
  }
  await inOrganisation(services.db, organisationId, async (tx) => {
    await insertSession(tx, row);
    const ctx = { services, actor: { kind: "system", name: user.displayName, organisationId } } as const;
    await recordAudit(ctx, tx, "session.started", { kind: "user", id: user.id }, { how });
  });
  return sessionId;
}
