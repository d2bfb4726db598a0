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
  alwaysNotify: notificationPreferences.alwaysNotify,
};
type Row = Pick<typeof notificationPreferences.$inferSelect, keyof typeof columns>;

const preferencesOf = ({ timeZone, windows, ...rest }: Row): Preferences => ({
  ...rest,
  hours: timeZone && windows ? { timeZone, windows } : null,
});

const isOf = (organisationId: string, userId: string) =>
  and(eq(notificationPreferences.organisationId, organisationId), eq(notificationPreferences.userId, userId));

/** Returns the saved preferences of an organisation's members, keyed by user id. */
export async function listPreferences(
  tx: Transaction,
  organisationId: string,
): Promise<Map<string, Preferences>> {
  const rows = await tx
    .select({ userId: notificationPreferences.userId, ...columns })
    .from(notificationPreferences)
    .where(eq(notificationPreferences.organisationId, organisationId));
  return new Map(rows.map(({ userId, ...row }) => [userId, preferencesOf(row)]));
}

/** Returns a person's saved preferences, or undefined if none are saved. */
export async function getPreferences(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<Preferences | undefined> {
  const [row] = await tx.select(columns).from(notificationPreferences).where(isOf(organisationId, userId));
  return row && preferencesOf(row);
}

/** Replaces a person's preferences. */
export async function putPreferences(
  tx: Transaction,
  organisationId: string,
  userId: string,
  { isOn, severities, configurationIds, hours, alwaysNotify }: Preferences,
  changedAt: Date,
): Promise<void> {
  const values = {
    isOn,
    severities: [...severities],
    configurationIds: configurationIds && [...configurationIds],
    timeZone: hours?.timeZone ?? null,
    windows: hours?.windows ?? null,
    alwaysNotify: [...alwaysNotify],
    changedAt,
  };
  await tx
    .insert(notificationPreferences)
    .values({ organisationId, userId, ...values })
    .onConflictDoUpdate({
      target: [notificationPreferences.organisationId, notificationPreferences.userId],
      set: values,
    });
}

/** Deletes a person's preferences. */
export async function deletePreferences(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<void> {
  await tx.delete(notificationPreferences).where(isOf(organisationId, userId));
}
