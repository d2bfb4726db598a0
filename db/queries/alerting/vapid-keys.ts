import { and, desc, eq } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { vapidKeys } from "../../schema/index.ts";

export type VapidKeyRow = typeof vapidKeys.$inferSelect;

/** The installation's keys, the newest first. */
export async function listVapidKeys(db: Database): Promise<VapidKeyRow[]> {
  return db.select().from(vapidKeys).orderBy(desc(vapidKeys.createdAt), desc(vapidKeys.id));
}

/** One of them, or undefined. */
export async function getVapidKey(db: Database | Transaction, id: string): Promise<VapidKeyRow | undefined> {
  const rows = await db.select().from(vapidKeys).where(eq(vapidKeys.id, id));
  return rows[0];
}

/** Adds a key; it is the one in use from now on. */
export async function insertVapidKey(db: Database, row: VapidKeyRow): Promise<void> {
  await db.insert(vapidKeys).values(row);
}

/** Puts a private key sealed anew in the place of `was`; nothing happens when someone else did so first. */
export async function resealVapidKey(
  db: Database,
  id: string,
  was: Buffer,
  privateSealed: Buffer,
): Promise<void> {
  await db
    .update(vapidKeys)
    .set({ privateSealed })
    .where(and(eq(vapidKeys.id, id), eq(vapidKeys.privateSealed, was)));
}
