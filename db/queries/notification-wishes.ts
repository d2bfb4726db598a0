import { and, eq } from "drizzle-orm";
import type { Wishes } from "#lib/domain/audience.ts";
import type { Transaction } from "../client.ts";
import { notificationWishes } from "../schema/index.ts";

const columns = {
  isOn: notificationWishes.isOn,
  severities: notificationWishes.severities,
  configurationIds: notificationWishes.configurationIds,
  timeZone: notificationWishes.timeZone,
  windows: notificationWishes.windows,
  through: notificationWishes.through,
};
type Kept = Pick<typeof notificationWishes.$inferSelect, keyof typeof columns>;

const wishesOf = ({ timeZone, windows, ...rest }: Kept): Wishes => ({
  ...rest,
  hours: timeZone && windows ? { timeZone, windows } : null,
});

/** What the people of an organisation wish to be told of, of those who said so. */
export async function listWishes(tx: Transaction, organisationId: string): Promise<Map<string, Wishes>> {
  const rows = await tx
    .select({ userId: notificationWishes.userId, ...columns })
    .from(notificationWishes)
    .where(eq(notificationWishes.organisationId, organisationId));
  return new Map(rows.map(({ userId, ...kept }) => [userId, wishesOf(kept)]));
}

/** What one person wishes to be told of; undefined when they never said. */
export async function getWishes(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<Wishes | undefined> {
  const [row] = await tx
    .select(columns)
    .from(notificationWishes)
    .where(and(eq(notificationWishes.organisationId, organisationId), eq(notificationWishes.userId, userId)));
  return row && wishesOf(row);
}

/** Puts a person's wishes in the place of the ones before. */
export async function putWishes(
  tx: Transaction,
  organisationId: string,
  userId: string,
  { isOn, severities, configurationIds, hours, through }: Wishes,
  changedAt: Date,
): Promise<void> {
  const kept = {
    isOn,
    severities: [...severities],
    configurationIds: configurationIds && [...configurationIds],
    timeZone: hours?.timeZone ?? null,
    windows: hours?.windows ?? null,
    through: [...through],
    changedAt,
  };
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
