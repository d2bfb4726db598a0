import type { Transaction } from "#db/client.ts";
import { listSendableDevices } from "#db/queries/alerting/devices.ts";
import { listPreferences } from "#db/queries/alerting/preferences.ts";
import { listMembers } from "#db/queries/identity/people.ts";
import { type Person, defaultPreferences } from "#lib/domain/recipients.ts";
import { listReadable } from "#lib/core/access.ts";
import type { Services } from "#lib/core/context.ts";

/** Someone of the team with their name and all that they may see. */
export type TeamPerson = Omit<Person, "mayRead"> & { name: string; readableIds: readonly string[] };

/** Everyone of the team as of now: what they may see, what they wish, and the ways to them. */
export async function listTeamPeople(
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
  const devices = Map.groupBy(await listSendableDevices(tx, organisationId), (one) => one.userId);
  const wishes = await listPreferences(tx, organisationId);
  return members.map(({ userId, role, displayName: name, signInName }) => ({
    userId,
    name,
    isAdmin: role === "admin",
    readableIds: readableOf(userId),
    wishes: wishes.get(userId) ?? defaultPreferences,
    deviceIds: (devices.get(userId) ?? []).map(({ id }) => id),
    hasMail: services.mail.from !== null && signInName.includes("@"),
  }));
}

/** The same, as it matters for one configuration. */
export async function listPeople(
  services: Services,
  tx: Transaction,
  organisationId: string,
  configurationId: string,
): Promise<Person[]> {
  const people = await listTeamPeople(services, tx, organisationId);
  return people.map((one) => ({ ...one, mayRead: one.readableIds.includes(configurationId) }));
}
