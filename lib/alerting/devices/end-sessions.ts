import type { Transaction } from "#db/client.ts";
import { type DeviceRow, listDevicesById, updateDevice } from "#db/queries/alerting/devices.ts";
import { lockSessionsOnDevices, revokeSessions, type SessionRow } from "#db/queries/identity/sessions.ts";
import { hastenOutboxOf } from "#db/queries/triage/outbox.ts";
import { reachOf } from "#lib/domain/session.ts";
import type { Services } from "#lib/core/context.ts";

/**
 * Ends the sessions of a device that is removed or deactivated: every session that was ever used on it, and the person's
 * alerts-only sessions on devices that were added later, because whoever holds the device may have added those. Status
 * changes that the sessions requested aren't sent any more. After a deactivation, the devices of these sessions get no
 * notifications until a signed-in session saves them again. Keeps the session `exceptHash`.
 */
export async function endSessionsOf(
  services: Services,
  tx: Transaction,
  device: DeviceRow,
  reason: "device_removed" | "device_deactivated",
  exceptHash: Buffer | null = null,
): Promise<void> {
  const { organisationId, userId } = device;
  const now = services.now();
  const open = await lockSessionsOnDevices(tx, userId, exceptHash);
  const ids = [...new Set(open.flatMap(({ deviceId }) => deviceId ?? []))];
  const devices = new Map((await listDevicesById(tx, organisationId, ids)).map((row) => [row.id, row]));
  const deviceOf = ({ deviceId }: SessionRow) => (deviceId ? devices.get(deviceId) : undefined);
  const ended = open.filter(
    (session) =>
      session.deviceId === device.id ||
      session.earlierDeviceIds.includes(device.id) ||
      isLaterPhone(session, deviceOf(session), device, now),
  );
  await revokeSessions(
    tx,
    ended.map(({ idHash }) => idHash),
    now,
    reason,
  );
  if (reason === "device_deactivated")
    for (const other of new Set(ended.map(deviceOf)))
      if (other && other.id !== device.id && other.userId === userId)
        await updateDevice(tx, organisationId, other.id, { goneAt: now });
  const sessionHashes = ended.map(({ idHash }) => idHash.toString("hex"));
  await hastenOutboxOf(tx, organisationId, { userId, sessionHashes });
}

/** Whether a session is good for alerts only, on a device that was added after `device`. */
function isLaterPhone(
  session: SessionRow,
  own: DeviceRow | undefined,
  device: DeviceRow,
  now: Date,
): boolean {
  if (!own || own.userId !== device.userId || own.createdAt <= device.createdAt) return false;
  return reachOf(session, own, now) === "alerts";
}
