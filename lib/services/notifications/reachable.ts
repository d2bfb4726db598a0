import type { Transaction } from "#db/client.ts";
import { listSendableDevices } from "#db/queries/devices.ts";
import { listWishes } from "#db/queries/notification-wishes.ts";
import { listMembers } from "#db/queries/people.ts";
import { type Reachable, usualWishes } from "#lib/domain/notification.ts";
import { listReadable } from "../access.ts";
import type { Services } from "../context.ts";

/** Everyone of the team: whether they may see a configuration's alerts now, what they wish, and their devices. */
export async function listReachable(
  services: Services,
  tx: Transaction,
  organisationId: string,
  configurationId: string,
): Promise<Reachable[]> {
  const members = await listMembers(tx, organisationId);
  const { readableOf } = await listReadable(
    services,
    tx,
    organisationId,
    members.map(({ userId }) => userId),
  );
  const devices = Map.groupBy(await listSendableDevices(tx, organisationId), (one) => one.userId);
  const wishes = await listWishes(tx, organisationId);
  return members.map(({ userId, role }) => ({
    userId,
    isAdmin: role === "admin",
    mayRead: readableOf(userId).includes(configurationId),
    wishes: wishes.get(userId) ?? usualWishes,
    deviceIds: (devices.get(userId) ?? []).map(({ id }) => id),
  }));
}
