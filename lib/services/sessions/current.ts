import { endDeviceAt, getDevice } from "#db/queries/devices.ts";
import { inOrganisation } from "#db/client.ts";
import {
  getOrganisation,
  listAccessRequests,
  listMembers,
  listMemberships,
  listTenantOrganisations,
} from "#db/queries/people.ts";
import {
  findLiveSession,
  revokeSession,
  setSessionOrganisation,
  touchSession,
} from "#db/queries/sessions.ts";
import type { Role } from "#lib/domain/roles.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { recordAudit } from "../audit/record.ts";
import type { Actor, Services } from "../context.ts";
import { sessionIdleMs } from "./sign-in.ts";

export type CurrentPerson = {
  userId: string;
  name: string;
  signInName: string;
  tenantId: string;
  /** null while nobody has let them in */
  membership: { organisationId: string; organisationName: string; role: Role } | null;
  organisationIds: string[];
};

const touchEveryMs = 60_000;

/**
 * The person behind a session id, read from the database at every request; null when the session is over. What a
 * page does by itself for as long as it stands (`isActivity: false`) doesn't keep the session from idling out.
 */
export async function getCurrentPerson(
  services: Services,
  sessionId: string,
  { isActivity = true }: { isActivity?: boolean } = {},
): Promise<CurrentPerson | null> {
  const now = services.now();
  const idHash = sha256(sessionId);
  const live = await findLiveSession(services.db, idHash, now, new Date(now.getTime() - sessionIdleMs));
  if (!live) return null;
  if (isActivity && now.getTime() - live.session.lastSeenAt.getTime() > touchEveryMs)
    await touchSession(services.db, idHash, now);
  const mine = await listMemberships(services.db, live.user.id);
  const chosen = mine.find((one) => one.organisationId === live.session.organisationId) ?? mine[0];
  if (chosen && chosen.organisationId !== live.session.organisationId) {
    await setSessionOrganisation(services.db, idHash, chosen.organisationId);
  }
  const organisation = chosen
    ? await inOrganisation(services.db, chosen.organisationId, (tx) =>
        getOrganisation(tx, chosen.organisationId),
      )
    : undefined;
  return {
    userId: live.user.id,
    name: live.user.displayName,
    signInName: live.user.signInName,
    tenantId: live.user.tenantId,
    membership:
      chosen && organisation
        ? { organisationId: chosen.organisationId, organisationName: organisation.name, role: chosen.role }
        : null,
    organisationIds: mine.map((one) => one.organisationId),
  };
}

/** The actor that a signed-in, let-in person is. */
export function actorOf(person: CurrentPerson): Actor | null {
  if (!person.membership) return null;
  const { organisationId, role } = person.membership;
  return { kind: "user", userId: person.userId, name: person.name, role, organisationId };
}

/** The names of those who can let a waiting person in. */
export async function listAdminNames(services: Services, tenantId: string): Promise<string[]> {
  const names = new Set<string>();
  for (const { organisationId } of await listTenantOrganisations(services.db, tenantId)) {
    for (const member of await listMembers(services.db, organisationId)) {
      if (member.role === "admin") names.add(`${member.displayName} (${member.signInName})`);
    }
  }
  return [...names];
}

/** Whether anyone of their directory has their request to be let in before them. */
export async function isWaiting(services: Services, person: CurrentPerson): Promise<boolean> {
  for (const { organisationId } of await listTenantOrganisations(services.db, person.tenantId)) {
    const waiting = await inOrganisation(services.db, organisationId, (tx) =>
      listAccessRequests(tx, organisationId),
    );
    if (waiting.some((one) => one.userId === person.userId)) return true;
  }
  return false;
}

/** The organisations a person may switch to. */
export async function listOwnOrganisations(services: Services, person: CurrentPerson) {
  const found = [];
  for (const id of person.organisationIds) {
    const organisation = await inOrganisation(services.db, id, (tx) => getOrganisation(tx, id));
    if (organisation) found.push({ id, name: organisation.name });
  }
  return found;
}

/** Looks at another of one's organisations; false when the person isn't in it. */
export async function switchOrganisation(
  services: Services,
  sessionId: string,
  organisationId: string,
): Promise<boolean> {
  const person = await getCurrentPerson(services, sessionId);
  if (!person?.organisationIds.includes(organisationId)) return false;
  await inOrganisation(services.db, organisationId, async (tx) => {
    await setSessionOrganisation(tx, sha256(sessionId), organisationId);
    const ctx = { services, actor: { kind: "system", name: person.name, organisationId } } as const;
    await recordAudit(ctx, tx, "session.organisation_chosen", { kind: "user", id: person.userId });
  });
  return true;
}

/** Ends the session, at once and everywhere it is used; the device that it was open on is sent nothing any more. */
export async function signOut(services: Services, sessionId: string): Promise<void> {
  const person = await getCurrentPerson(services, sessionId);
  const now = services.now();
  if (!person?.membership) {
    await revokeSession(services.db, sha256(sessionId), now);
    return;
  }
  const { organisationId } = person.membership;
  const device = await inOrganisation(services.db, organisationId, async (tx) => {
    const deviceId = await revokeSession(tx, sha256(sessionId), now);
    const ctx = { services, actor: { kind: "system", name: person.name, organisationId } } as const;
    await recordAudit(ctx, tx, "session.ended", { kind: "user", id: person.userId });
    return deviceId ? getDevice(tx, organisationId, deviceId) : undefined;
  });
  // nothing is shown there any more, of whichever organisation
  if (device)
    for (const id of person.organisationIds)
      await inOrganisation(services.db, id, (tx) =>
        endDeviceAt(tx, id, person.userId, device.endpointHash, now),
      );
}
