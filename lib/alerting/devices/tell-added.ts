import type { Transaction } from "#db/client.ts";
import { listSendableDevices } from "#db/queries/alerting/devices.ts";
import { getUser } from "#db/queries/identity/people.ts";
import type { Services } from "#lib/core/context.ts";
import { notifyPeople } from "../routing/notify-people.ts";

/**
 * Tells a person on their other devices and by e-mail that a device was added, so that they notice a device that isn't
 * theirs.
 */
export async function tellOfAddedDevice(
  services: Services,
  tx: Transaction,
  added: { organisationId: string; userId: string; deviceId: string },
): Promise<void> {
  const { organisationId, userId, deviceId } = added;
  const user = await getUser(tx, userId);
  const deviceIds = (await listSendableDevices(tx, organisationId))
    .filter((device) => device.userId === userId && device.id !== deviceId)
    .map(({ id }) => id);
  const hasMail = services.mail.from !== null && (user?.signInName.includes("@") ?? false);
  await notifyPeople(
    services,
    tx,
    { organisationId, reason: "device_added" },
    [{ userId, deviceIds, hasMail }],
    { alsoByEmail: true },
  );
}
