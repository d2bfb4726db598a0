import { inOrganisation, type Transaction } from "#db/client.ts";
import {
  deleteAccessRequestsEverywhere,
  listMembers,
  listMemberships,
  listDirectoryOrganisations,
  putAccessRequest,
  putMembership,
  upsertUser,
} from "#db/queries/identity/people.ts";
import { findSession, insertSession, revokeSession, useLoginLink } from "#db/queries/identity/sessions.ts";
import { sessionAbsoluteMs } from "#lib/domain/session.ts";
import { cleanText, shownText } from "#lib/domain/text.ts";
import { newId, newToken, sha256 } from "#lib/platform/ids.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import type { Services } from "#lib/core/context.ts";

/** The person who has signed in, from a validated id_token. */
type SignedInIdentity = { directoryId: string; objectId: string; signInName: string; displayName: string };

/**
 * Signs in a person of the directory. Stores a new person, and records an access request for a person without an
 * organisation. Revokes the browser's previous session (`replaces`) and opens a session in the same organisation.
 * Returns the new session's id, which only the cookie stores.
 */
export async function signIn(
  services: Services,
  identity: SignedInIdentity,
  browser: { userAgent: string; firstAdminToken: string | null; replaces?: string | null },
): Promise<{ sessionId: string; userId: string }> {
  const now = services.now();
  const directoryId = identity.directoryId.toLowerCase();
  const user = await upsertUser(services.db, {
    id: newId(),
    directoryId,
    objectId: identity.objectId.toLowerCase(),
    signInName: nameOf(identity.signInName, 320),
    displayName: nameOf(identity.displayName, 200) || nameOf(identity.signInName, 200),
    at: now,
  });
  const organisations = await listDirectoryOrganisations(services.db, directoryId);
  for (const { organisationId, firstAdmin } of organisations)
    await makeFirstAdmin(services, organisationId, user, firstAdmin, browser.firstAdminToken);
  const memberships = await listMemberships(services.db, user.id);
  const former = await findFormerSession(services, user.id, browser.replaces ?? null);
  const first =
    memberships.find(({ organisationId }) => organisationId === former?.organisationId) ?? memberships[0];
  // a member of one team doesn't wait in others, because teams don't see each other's people
  if (!first) {
    for (const { organisationId } of organisations)
      await inOrganisation(services.db, organisationId, (tx) =>
        putAccessRequest(tx, organisationId, user.id),
      );
  }
  return {
    sessionId: await openSession(services, user, first?.organisationId ?? null, browser.userAgent, {
      replaces: browser.replaces,
    }),
    userId: user.id,
  };
}

/** Returns a name from the directory as one line in which everything shows. */
const nameOf = (name: string, lengthMax: number) => shownText(name.replace(/[\t\r\n]+/g, " "), lengthMax);

type Person = { id: string; displayName: string; signInName: string };

/**
 * Makes a person the first Admin of an organisation without an Admin, if the settings name the person or the person has
 * the organisation's one-time link.
 */
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
    await deleteAccessRequestsEverywhere(tx, organisationId, user.id);
    await putMembership(tx, organisationId, user.id, "admin");
    const ctx = { services, actor: { kind: "system", name: user.displayName, organisationId } } as const;
    const subject = { kind: "user", id: user.id };
    await recordAudit(ctx, tx, "member.first_admin", subject, { signInName: user.signInName });
  });
}

/**
 * Returns the browser's previous session. Returns undefined if the session was revoked or belongs to another person.
 */
async function findFormerSession(services: Services, userId: string, sessionId: string | null) {
  const found = sessionId ? await findSession(services.db, sha256(sessionId)) : undefined;
  return found?.session.userId === userId ? found.session : undefined;
}

/**
 * Opens a session and returns its id. Revokes the browser's previous session (`replaces`), even if it belongs to
 * another person. If both sessions belong to the same person, the new session takes over the device. Writes an audit
 * entry.
 */
export async function openSession(
  services: Services,
  user: Person,
  organisationId: string | null,
  userAgent: string,
  options: { how?: "microsoft" | "login_link"; replaces?: string | null } = {},
): Promise<string> {
  const { how = "microsoft", replaces = null } = options;
  const now = services.now();
  const former = await findFormerSession(services, user.id, replaces);
  const sessionId = newToken();
  const row = {
    idHash: sha256(sessionId),
    userId: user.id,
    organisationId,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: new Date(now.getTime() + sessionAbsoluteMs),
    userAgent: cleanText(userAgent, 300),
    deviceId: former?.organisationId === organisationId ? former.deviceId : null,
    earlierDeviceIds: former
      ? [...former.earlierDeviceIds, ...(former.deviceId ? [former.deviceId] : [])]
      : [],
  };
  const replace = async (tx: Transaction) => {
    await insertSession(tx, row);
    if (replaces) await revokeSession(tx, sha256(replaces), now, "replaced");
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
