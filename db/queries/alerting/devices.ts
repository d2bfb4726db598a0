import { and, asc, eq, inArray, isNotNull, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { devices, sessions } from "../../schema/index.ts";

export type DeviceRow = typeof devices.$inferSelect;

const isDevice = (organisationId: string, id: string) =>
  and(eq(devices.organisationId, organisationId), eq(devices.id, id));

/** Lists a person's devices in an organisation, sorted by name. */
export async function listDevicesOf(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<DeviceRow[]> {
  return tx
    .select()
    .from(devices)
    .where(and(eq(devices.organisationId, organisationId), eq(devices.userId, userId)))
    .orderBy(asc(devices.name), asc(devices.id));
}

/** Lists all devices of an organisation, sorted by name. */
export async function listAllDevices(tx: Transaction, organisationId: string): Promise<DeviceRow[]> {
  return tx
    .select()
    .from(devices)
    .where(eq(devices.organisationId, organisationId))
    .orderBy(asc(devices.name), asc(devices.id));
}

/** Lists the organisation's devices that can get notifications, with their users and with what verifies them. */
export async function listSendableDevices(tx: Transaction, organisationId: string) {
  return tx
    .select({
      id: devices.id,
      userId: devices.userId,
      lastShownAt: devices.lastShownAt,
      goneAt: devices.goneAt,
      deactivatedAt: devices.deactivatedAt,
    })
    .from(devices)
    .where(
      and(
        eq(devices.organisationId, organisationId),
        isNull(devices.goneAt),
        isNull(devices.deactivatedAt),
        // a device that hasn't reported its permission yet is tried
        or(isNull(devices.permission), eq(devices.permission, "granted")),
      ),
    )
    .orderBy(asc(devices.id));
}

/** Returns a device, or undefined if there is none. */
export async function getDevice(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<DeviceRow | undefined> {
  const rows = await tx.select().from(devices).where(isDevice(organisationId, id));
  return rows[0];
}

/** Locks a device until commit and returns it, or undefined if there is none. */
export async function lockDevice(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<DeviceRow | undefined> {
  const rows = await tx.select().from(devices).where(isDevice(organisationId, id)).for("update");
  return rows[0];
}

/** Returns the organisation's devices with these ids. */
export async function listDevicesById(
  tx: Transaction,
  organisationId: string,
  ids: string[],
): Promise<DeviceRow[]> {
  return tx
    .select()
    .from(devices)
    .where(and(eq(devices.organisationId, organisationId), inArray(devices.id, ids)));
}

/** Returns the person's device with this push endpoint, or undefined if there is none. */
export async function getDeviceAt(
  tx: Transaction,
  organisationId: string,
  userId: string,
  endpointHash: Buffer,
): Promise<DeviceRow | undefined> {
  const rows = await tx
    .select()
    .from(devices)
    .where(
      and(
        eq(devices.organisationId, organisationId),
        eq(devices.userId, userId),
        eq(devices.endpointHash, endpointHash),
      ),
    );
  return rows[0];
}

/** Locks a push endpoint and its device until commit. Returns the device, or undefined if there is none. */
export async function lockDeviceByEndpoint(
  tx: Transaction,
  organisationId: string,
  endpointHash: Buffer,
): Promise<DeviceRow | undefined> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`devices ${endpointHash.toString("hex")}`}))`);
  const rows = await tx
    .select()
    .from(devices)
    .where(and(eq(devices.organisationId, organisationId), eq(devices.endpointHash, endpointHash)))
    .for("update");
  return rows[0];
}

/** Inserts a device. */
export async function insertDevice(tx: Transaction, row: typeof devices.$inferInsert): Promise<void> {
  await tx.insert(devices).values(row);
}

/** Updates columns of a device. Returns false if the device doesn't exist. */
export async function updateDevice(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: Partial<typeof devices.$inferInsert>,
): Promise<boolean> {
  const rows = await tx
    .update(devices)
    .set(values)
    .where(isDevice(organisationId, id))
    .returning({ id: devices.id });
  return rows.length === 1;
}

/** Marks the person's device with this push endpoint as gone. The device gets no notifications until it is saved again. */
export async function endDeviceAt(
  tx: Transaction,
  organisationId: string,
  userId: string,
  endpointHash: Buffer,
  at: Date,
): Promise<void> {
  await tx
    .update(devices)
    .set({ goneAt: at })
    .where(
      and(
        eq(devices.organisationId, organisationId),
        eq(devices.userId, userId),
        eq(devices.endpointHash, endpointHash),
        isNull(devices.goneAt),
      ),
    );
}

/** Sets the failure count of these devices to zero. Callers call this after notifications have reached the devices. */
export async function clearDeviceFailures(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
): Promise<void> {
  await tx
    .update(devices)
    .set({ failures: 0, lastFailure: null })
    .where(
      and(
        eq(devices.organisationId, organisationId),
        inArray(devices.id, [...ids]),
        // there is rarely anything to clear
        or(ne(devices.failures, 0), isNotNull(devices.lastFailure)),
      ),
    );
}

/** Increments a device's count of consecutive failed notifications. */
export async function countDeviceFailure(
  tx: Transaction,
  organisationId: string,
  id: string,
  failure: string,
): Promise<void> {
  await tx
    .update(devices)
    .set({ failures: sql`${devices.failures} + 1`, lastFailure: failure })
    .where(isDevice(organisationId, id));
}

/** Deletes a person's device. Returns false if the device doesn't exist. */
export async function deleteDevice(
  tx: Transaction,
  organisationId: string,
  userId: string,
  id: string,
): Promise<boolean> {
  return (await deleteDevices(tx, organisationId, and(eq(devices.userId, userId), eq(devices.id, id)))) === 1;
}

/** Deletes all of a person's devices. */
export async function deleteDevicesOf(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<void> {
  await deleteDevices(tx, organisationId, eq(devices.userId, userId));
}

/** Deletes devices, after removing them from their sessions. Returns the number of deleted devices. */
async function deleteDevices(
  tx: Transaction,
  organisationId: string,
  which: SQL | undefined,
): Promise<number> {
  // locked first, so that a session that is being opened on one is seen
  const rows = await tx
    .select({ id: devices.id })
    .from(devices)
    .where(and(eq(devices.organisationId, organisationId), which))
    .orderBy(devices.id)
    .for("update");
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await tx
    .update(sessions)
    .set({ deviceId: null })
    .where(and(eq(sessions.organisationId, organisationId), inArray(sessions.deviceId, ids)));
  await tx.delete(devices).where(and(eq(devices.organisationId, organisationId), inArray(devices.id, ids)));
  return ids.length;
}
