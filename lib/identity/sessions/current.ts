import { endDeviceAt, getDevice, getDeviceAt } from "#db/queries/alerting/devices.ts";
import { inOrganisation } from "#db/client.ts";
import {
  getOrganisation,
  listAccessRequests,
  listMembers,
  listMemberships,
  listDirectoryOrganisations,
} from "#db/queries/identity/people.ts";
import {
  findSession,
  revokeSession,
  setSessionOrganisation,
  touchSession,
} from "#db/queries/identity/sessions.ts";
import type { Role } from "#lib/domain/roles.ts";
import { isVerified } from "#lib/domain/device.ts";
import { sha256 } from "#lib/platform/ids.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import type { Actor, Services } from "#lib/core/context.ts";
import { deviceOf, findLiveSession } from "./live.ts";

export type CurrentPerson = {
  userId: string;
  name: string;
  signInName: string;
  directoryId: string;
  /** the session's organisation and the person's role in it; null while the person waits to be admitted */
  membership: { organisationId: string; organisationName: string; role: Role } | null;
  organisationIds: string[];
  /** whether the person's sign-in is so old that only work on alerts is allowed */
  alertsOnly: boolean;
  /** the device that the session is open on; null if unknown */
  deviceId: string | null;
  /** the hash of the session's id */
  sessionHash: Buffer;
};

const touchEveryMs = 60_000;

/**
 * Returns the person of a session, or null if the session has ended. Reads the database with every request. With
 * `isActivity: false`, the request doesn't postpone the session's timeout.
 */
export async function getCurrentPerson(
  services: Services,
  sessionId: string,
  { isActivity = true }: { isActivity?: boolean } = {},
): Promise<CurrentPerson | null> {
  const now = services.now();
  const idHash = sha256(sessionId);
  const live = await findLiveSession(services, idHash);
  if (!live) return null;
  const alertsOnly = live.reach === "alerts";
  if (isActivity && !alertsOnly && now.getTime() - live.session.lastSeenAt.getTime() > touchEveryMs)
    await touchSession(services.db, idHash, now);
  const memberships = await listMemberships(services.db, live.user.id);
  const chosen =
    memberships.find(({ organisationId }) => organisationId === live.session.organisationId) ??
    memberships[0];
  if (chosen && chosen.organisationId !== live.session.organisationId) {
    await setSessionOrganisation(services.db, idHash, chosen.organisationId, null);
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
    directoryId: live.user.directoryId,
    membership:
      chosen && organisation
        ? { organisationId: chosen.organisationId, organisationName: organisation.name, role: chosen.role }
        : null,
    organisationIds: memberships.map(({ organisationId }) => organisationId),
    alertsOnly,
    deviceId: live.session.deviceId,
    sessionHash: idHash,
  };
}

/** Returns the actor of a signed-in person, or null if the person isn't a member of an organisation. */
export function actorOf(person: CurrentPerson): Actor | null {
  if (!person.membership) return null;
  const { organisationId, role } = person.membership;
  const { userId, name, alertsOnly, sessionHash } = person;
  return { kind: "user", userId, name, role, organisationId, alertsOnly, sessionHash };
}

/** Lists the names of the Admins who can admit a waiting person of the directory. */
export async function listAdminNames(services: Services, directoryId: string): Promise<string[]> {
  const names = new Set<string>();
  for (const { organisationId } of await listDirectoryOrganisations(services.db, directoryId)) {
    for (const member of await listMembers(services.db, organisationId)) {
      if (member.role === "admin") names.add(`${member.displayName} (${member.signInName})`);
    }
  }
  return [...names];
}

/** Whether an organisation of the person's directory has an access request from the person. */
export async function isWaiting(services: Services, person: CurrentPerson): Promise<boolean> {
  for (const { organisationId } of await listDirectoryOrganisations(services.db, person.directoryId)) {
    const waiting = await inOrganisation(services.db, organisationId, (tx) =>
      listAccessRequests(tx, organisationId),
    );
    if (waiting.some(({ userId }) => userId === person.userId)) return true;
  }
  return false;
}

/** Lists the organisations that a person may switch to. */
export async function listOwnOrganisations(services: Services, person: CurrentPerson) {
  const found = [];
  for (const id of person.organisationIds) {
    const organisation = await inOrganisation(services.db, id, (tx) => getOrganisation(tx, id));
    if (organisation) found.push({ id, name: organisation.name });
  }
  return found;
}

/**
 * Switches a session to another organisation of the session's person. Returns `foreign` if the person isn't a member of
 * that organisation. Returns `sign_in_again` if the session is valid for alerts only and that organisation hasn't
 * verified the session's device.
 */
export async function switchOrganisation(
  services: Services,
  sessionId: string,
  organisationId: string,
): Promise<"done" | "foreign" | "sign_in_again"> {
  const person = await getCurrentPerson(services, sessionId);
  const idHash = sha256(sessionId);
  const found = await findSession(services.db, idHash);
  if (!found || !person?.organisationIds.includes(organisationId)) return "foreign";
  const { userId, name, alertsOnly } = person;
  const here = await deviceOf(services, found.session);
  return inOrganisation(services.db, organisationId, async (tx) => {
    const there = here && (await getDeviceAt(tx, organisationId, userId, here.endpointHash));
    if (alertsOnly && !(there && isVerified(there, services.now()))) return "sign_in_again";
    await setSessionOrganisation(tx, idHash, organisationId, there?.id ?? null);
    const ctx = { services, actor: { kind: "system", name, organisationId } } as const;
    await recordAudit(ctx, tx, "session.organisation_chosen", { kind: "user", id: userId });
    return "done";
  });
}

/** Ends a session at once, and stops notifications to the session's device. */
export async function signOut(services: Services, sessionId: string): Promise<void> {
  const person = await getCurrentPerson(services, sessionId);
  const now = services.now();
  if (!person?.membership) {
    await revokeSession(services.db, sha256(sessionId), now, "signed_out");
    return;
  }
  const { organisationId } = person.membership;
  const device = await inOrganisation(services.db, organisationId, async (tx) => {
    const deviceId = await revokeSession(tx, sha256(sessionId), now, "signed_out");
    const ctx = { services, actor: { kind: "system", name: person.name, organisationId } } as const;
    await recordAudit(ctx, tx, "session.ended", { kind: "user", id: person.userId });
    return deviceId ? getDevice(tx, organisationId, deviceId) : undefined;
  });
  // the device gets no notifications from any organisation any more
  if (device)
    for (const id of person.organisationIds)
      await inOrganisation(services.db, id, (tx) =>
        endDeviceAt(tx, id, person.userId, device.endpointHash, now),
      );
}
