import type { Transaction } from "#db/client.ts";
import { listSendableDevices } from "#db/queries/alerting/devices.ts";
import { listPreferences } from "#db/queries/alerting/preferences.ts";
import { listMembers } from "#db/queries/identity/people.ts";
import { isVerified } from "#lib/domain/device.ts";
import { type Person, defaultPreferences } from "#lib/domain/recipients.ts";
import { listReadable } from "#lib/core/access.ts";
import type { Services } from "#lib/core/context.ts";

/** A member of the team, with the configurations that the member may see. */
export type TeamPerson = Omit<Person, "mayRead"> & {
  name: string;
  readableIds: readonly string[];
  /** when the person switched their notifications off; null while they are on */
  offSince: Date | null;
};

/**
 * Returns the current members of the team, each with their readable configurations, their preferences, and how they can
 * be reached.
 */
export async function listPeople(
  services: Services,
  tx: Transaction,
  organisationId: string,
): Promise<TeamPerson[]> {
  const members = await listMembers(tx, organisationId);
  const { readableOf } = await listReadable(
    services,
    tx,
    organisationId,
    members.map(({ userId }) => userId),
  );
  const devices = Map.groupBy(await listSendableDevices(tx, organisationId), (device) => device.userId);
  const preferences = await listPreferences(tx, organisationId);
  const now = services.now();
  return members.map(({ userId, role, displayName: name, signInName }) => {
    const ownDevices = devices.get(userId) ?? [];
    const { offSince, ...saved } = preferences.get(userId) ?? { ...defaultPreferences, offSince: null };
    return {
      userId,
      name,
      isAdmin: role === "admin",
      readableIds: readableOf(userId),
      preferences: saved,
      offSince,
      deviceIds: ownDevices.map(({ id }) => id),
      hasVerifiedDevice: ownDevices.some((device) => isVerified(device, now)),
      hasMail: services.mail.from !== null && signInName.includes("@"),
    };
  });
}

/** Returns the members of the team. `mayRead` says whether a member may see the configuration. */
export const peopleFor = (people: readonly TeamPerson[], configurationId: string): Person[] =>
  people.map((person) => ({ ...person, mayRead: person.readableIds.includes(configurationId) }));
