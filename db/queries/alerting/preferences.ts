import { and, eq } from "drizzle-orm";
import type { Preferences } from "#lib/domain/recipients.ts";
import type { Transaction } from "../../client.ts";
import { notificationPreferences } from "../../schema/index.ts";

const columns = {
  isOn: notificationPreferences.isOn,
  severities: notificationPreferences.severities,
  configurationIds: notificationPreferences.configurationIds,
  timeZone: notificationPreferences.timeZone,
  windows: notificationPreferences.windows,
  through: notificationPreferences.through,
};
type Kept = Pick<typeof notificationPreferences.$inferSelect, keyof typeof columns>;

const wishesOf = ({ timeZone, windows, ...rest }: Kept): Preferences => ({
  ...rest,
  hours: timeZone && windows ? { timeZone, windows } : null,
});

/** What the people of an organisation wish to be told of, of those who said so. */
export async function listPreferences(
  tx: Transaction,
  organisationId: string,
): Promise<Map<string, Preferences>> {
  const rows = await tx
    .select({ userId: notificationPreferences.userId, ...columns })
    .from(notificationPreferences)
    .where(eq(notificationPreferences.organisationId, organisationId));
  return new Map(rows.map(({ userId, ...kept }) => [userId, wishesOf(kept)]));
}

/** What one person wishes to be told of; undefined when they never said. */
export async function getPreferences(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<Preferences | undefined> {
  const [row] = await tx
    .select(columns)
    .from(notificationPreferences)
    .where(
      and(
        eq(notificationPreferences.organisationId, organisationId),
        eq(notificationPreferences.userId, userId),
      ),
    );
  return row && wishesOf(row);
}

/** Puts a person's wishes in the place of the ones before. */
export async function putPreferences(
  tx: Transaction,
  organisationId: string,
  userId: string,
  { isOn, severities, configurationIds, hours, through }: Preferences,
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
    .insert(notificationPreferences)
    .values({ organisationId, userId, ...kept })
    .onConflictDoUpdate({
      target: [notificationPreferences.organisationId, notificationPreferences.userId],
      set: kept,
    });
}

/** Forgets what a person wished. */
export async function deletePreferences(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<void> {
  await tx
    .delete(notificationPreferences)
    .where(
      and(
        eq(notificationPreferences.organisationId, organisationId),
        eq(notificationPreferences.userId, userId),
      ),
    );
}
