import { and, asc, eq, inArray, isNotNull, isNull, ne, or, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { devices } from "../../schema/index.ts";

export type DeviceRow = typeof devices.$inferSelect;

const one = (organisationId: string, id: string) =>
  and(eq(devices.organisationId, organisationId), eq(devices.id, id));

/** A person's devices, by name. */
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

/** Every device of an organisation, by name. */
export async function listAllDevices(tx: Transaction, organisationId: string): Promise<DeviceRow[]> {
  return tx
    .select()
    .from(devices)
    .where(eq(devices.organisationId, organisationId))
    .orderBy(asc(devices.name), asc(devices.id));
}

/** The devices of an organisation that can be sent to, by person. */
export async function listSendableDevices(tx: Transaction, organisationId: string) {
  return tx
    .select({ id: devices.id, userId: devices.userId })
    .from(devices)
    .where(
      and(
        eq(devices.organisationId, organisationId),
        isNull(devices.goneAt),
        isNull(devices.deactivatedAt),
        // one that said nothing yet is tried
        or(isNull(devices.permission), eq(devices.permission, "granted")),
      ),
    )
    .orderBy(asc(devices.id));
}

/** One device, or undefined. */
export async function getDevice(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<DeviceRow | undefined> {
  const rows = await tx.select().from(devices).where(one(organisationId, id));
  return rows[0];
}

/** Those devices of an organisation that have one of `ids`. */
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

/** A person's device by its endpoint, or undefined. */
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

/** The device that an endpoint belongs to, locked until commit; undefined when it is new. */
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

/** Adds a device. */
export async function insertDevice(tx: Transaction, row: typeof devices.$inferInsert): Promise<void> {
  await tx.insert(devices).values(row);
}

/** Writes some of a device's columns; false when there is none of that id. */
export async function updateDevice(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: Partial<typeof devices.$inferInsert>,
): Promise<boolean> {
  const rows = await tx
    .update(devices)
    .set(values)
    .where(one(organisationId, id))
    .returning({ id: devices.id });
  return rows.length === 1;
}

/** Ends a person's device by its endpoint: nothing is sent there until it is added anew. */
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

/** Notes that devices were reached: what failed before counts no more. */
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
        // nearly always there is nothing to write
        or(ne(devices.failures, 0), isNotNull(devices.lastFailure)),
      ),
    );
}

/** Counts one more send in a row that failed. */
export async function countDeviceFailure(
  tx: Transaction,
  organisationId: string,
  id: string,
  failure: string,
): Promise<void> {
  await tx
    .update(devices)
    .set({ failures: sql`${devices.failures} + 1`, lastFailure: failure })
    .where(one(organisationId, id));
}

/** Takes a person's device away; false when they have none of that id. */
export async function deleteDevice(
  tx: Transaction,
  organisationId: string,
  userId: string,
  id: string,
): Promise<boolean> {
  const rows = await tx
    .delete(devices)
    .where(and(one(organisationId, id), eq(devices.userId, userId)))
    .returning({ id: devices.id });
  return rows.length === 1;
}

/** Takes all of a person's devices away. */
export async function deleteDevicesOf(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<void> {
  await tx.delete(devices).where(and(eq(devices.organisationId, organisationId), eq(devices.userId, userId)));
}
