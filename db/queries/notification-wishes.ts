import { and, eq } from "drizzle-orm";
import type { Wishes } from "#lib/domain/notification.ts";
import type { Transaction } from "../client.ts";
import { notificationWishes } from "../schema/index.ts";

const columns = {
  isOn: notificationWishes.isOn,
  severities: notificationWishes.severities,
};

/** What the people of an organisation wish to be told of, of those who said so. */
export async function listWishes(tx: Transaction, organisationId: string): Promise<Map<string, Wishes>> {
  const rows = await tx
    .select({ userId: notificationWishes.userId, ...columns })
    .from(notificationWishes)
    .where(eq(notificationWishes.organisationId, organisationId));
  return new Map(rows.map(({ userId, ...wishes }) => [userId, wishes]));
}

/** What one person wishes to be told of; undefined when they never said. */
export async function getWishes(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<Wishes | undefined> {
  const rows = await tx
    .select(columns)
    .from(notificationWishes)
    .where(and(eq(notificationWishes.organisationId, organisationId), eq(notificationWishes.userId, userId)));
  return rows[0];
}

/** Puts a person's wishes in the place of the ones before. */
export async function putWishes(
  tx: Transaction,
  organisationId: string,
  userId: string,
  wishes: Wishes,
  changedAt: Date,
): Promise<void> {
  const kept = { isOn: wishes.isOn, severities: [...wishes.severities], changedAt };
  await tx
    .insert(notificationWishes)
    .values({ organisationId, userId, ...kept })
    .onConflictDoUpdate({
      target: [notificationWishes.organisationId, notificationWishes.userId],
      set: kept,
    });
}

/** Forgets what a person wished. */
export async function deleteWishes(tx: Transaction, organisationId: string, userId: string): Promise<void> {
  await tx
    .delete(notificationWishes)
    .where(and(eq(notificationWishes.organisationId, organisationId), eq(notificationWishes.userId, userId)));
}
