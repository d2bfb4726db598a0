import { and, desc, eq } from "drizzle-orm";
import type { Database, Transaction } from "../../client.ts";
import { vapidKeys } from "../../schema/index.ts";

export type VapidKeyRow = typeof vapidKeys.$inferSelect;

/** Lists the installation's VAPID keys, newest first. */
export async function listVapidKeys(db: Database): Promise<VapidKeyRow[]> {
  return db.select().from(vapidKeys).orderBy(desc(vapidKeys.createdAt), desc(vapidKeys.id));
}

/** Returns a VAPID key, or undefined if there is none. */
export async function getVapidKey(db: Database | Transaction, id: string): Promise<VapidKeyRow | undefined> {
  const rows = await db.select().from(vapidKeys).where(eq(vapidKeys.id, id));
  return rows[0];
}

/** Inserts a VAPID key. New push subscriptions use the newest key. */
export async function insertVapidKey(db: Database, row: VapidKeyRow): Promise<void> {
  await db.insert(vapidKeys).values(row);
}

/** Replaces the sealed private key `previous`. Does nothing if another process has already replaced that key. */
export async function resealVapidKey(
  db: Database,
  id: string,
  previous: Buffer,
  privateSealed: Buffer,
): Promise<void> {
  await db
    .update(vapidKeys)
    .set({ privateSealed })
    .where(and(eq(vapidKeys.id, id), eq(vapidKeys.privateSealed, previous)));
}
