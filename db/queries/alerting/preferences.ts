import { and, eq, isNull, sql } from "drizzle-orm";
import { defaultPreferences, type Preferences } from "#lib/domain/recipients.ts";
import type { Shift } from "#lib/domain/shift.ts";
import type { Transaction } from "../../client.ts";
import { notificationPreferences } from "../../schema/index.ts";

const columns = {
  isOn: notificationPreferences.isOn,
  offSince: notificationPreferences.offSince,
  severities: notificationPreferences.severities,
  configurationIds: notificationPreferences.configurationIds,
  shift: notificationPreferences.shift,
  timeZone: notificationPreferences.timeZone,
  windows: notificationPreferences.windows,
  alwaysNotify: notificationPreferences.alwaysNotify,
};
type Row = Pick<typeof notificationPreferences.$inferSelect, keyof typeof columns>;

/** Saved preferences. `offSince` is when the person switched their notifications off. */
export type SavedPreferences = Preferences & { offSince: Date | null };

function shiftOf({ shift, timeZone, windows }: Row): Shift {
  // a build from before this column saves hours without an answer
  if ((shift ?? "hours") === "hours" && timeZone && windows) return { kind: "hours", timeZone, windows };
  return { kind: shift === "always" || shift === "none" ? shift : "unanswered", timeZone };
}

const preferencesOf = (row: Row): SavedPreferences => {
  const { shift: _shift, timeZone: _timeZone, windows: _windows, ...rest } = row;
  return { ...rest, shift: shiftOf(row) };
};

const isOf = (organisationId: string, userId: string) =>
  and(eq(notificationPreferences.organisationId, organisationId), eq(notificationPreferences.userId, userId));

/** Returns the saved preferences of an organisation's members, keyed by user id. */
export async function listPreferences(
  tx: Transaction,
  organisationId: string,
): Promise<Map<string, SavedPreferences>> {
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
): Promise<SavedPreferences | undefined> {
  const [row] = await tx.select(columns).from(notificationPreferences).where(isOf(organisationId, userId));
  return row && preferencesOf(row);
}

/**
 * Takes a lock on a person's preferences until commit, whether they are saved or not. Of two changes at once, the second one
 * sees the first.
 */
export async function lockPreferences(
  tx: Transaction,
  organisationId: string,
  userId: string,
): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`preferences ${organisationId} ${userId}`}))`);
}

/** Replaces a person's preferences. */
export async function putPreferences(
  tx: Transaction,
  organisationId: string,
  userId: string,
  { isOn, offSince, severities, configurationIds, shift, alwaysNotify }: SavedPreferences,
  changedAt: Date,
): Promise<void> {
  const values = {
    isOn,
    offSince,
    severities: [...severities],
    configurationIds: configurationIds && [...configurationIds],
    shift: shift.kind === "unanswered" ? null : shift.kind,
    timeZone: shift.timeZone,
    windows: shift.kind === "hours" ? shift.windows : null,
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

/** Records the time zone of a person who hasn't said when they are on shift. Otherwise does nothing. */
export async function recordTimeZone(
  tx: Transaction,
  organisationId: string,
  userId: string,
  timeZone: string,
  changedAt: Date,
): Promise<void> {
  const { isOn, severities, alwaysNotify } = defaultPreferences;
  await tx
    .insert(notificationPreferences)
    .values({
      organisationId,
      userId,
      isOn,
      severities: [...severities],
      alwaysNotify: [...alwaysNotify],
      timeZone,
      changedAt,
    })
    .onConflictDoUpdate({
      target: [notificationPreferences.organisationId, notificationPreferences.userId],
      set: { timeZone },
      setWhere: isNull(notificationPreferences.shift),
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
