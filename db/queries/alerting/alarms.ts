import { and, eq, isNull } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { alarms } from "../../schema/index.ts";

export type AlarmRow = typeof alarms.$inferSelect;

const isAlarm = (organisationId: string, id: string) =>
  and(eq(alarms.organisationId, organisationId), eq(alarms.id, id));

/** Opens an alarm. Returns the alarm's id, or null if an alarm of the same kind is already open for the configuration. */
export async function openAlarm(
  tx: Transaction,
  organisationId: string,
  row: Pick<AlarmRow, "id" | "kind" | "configurationId" | "stage" | "title" | "body" | "createdAt">,
): Promise<string | null> {
  const rows = await tx
    .insert(alarms)
    .values({ organisationId, ...row })
    .onConflictDoNothing()
    .returning({ id: alarms.id });
  return rows[0]?.id ?? null;
}

/** Locks an alarm until commit and returns it, or undefined if there is none. */
export async function lockAlarm(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<AlarmRow | undefined> {
  const rows = await tx.select().from(alarms).where(isAlarm(organisationId, id)).for("update");
  return rows[0];
}

/** Returns an alarm, or undefined if there is none. */
export async function getAlarm(
  tx: Transaction,
  organisationId: string,
  id: string,
): Promise<AlarmRow | undefined> {
  const rows = await tx.select().from(alarms).where(isAlarm(organisationId, id));
  return rows[0];
}

/** Locks the open alarms of an organisation until commit and returns them. */
export async function lockOpenAlarms(tx: Transaction, organisationId: string): Promise<AlarmRow[]> {
  return tx
    .select()
    .from(alarms)
    .where(and(eq(alarms.organisationId, organisationId), isNull(alarms.endedAt)))
    .for("update");
}

/** Updates columns of an alarm. */
export async function updateAlarm(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: Partial<
    Pick<AlarmRow, "stage" | "title" | "body" | "rounds" | "isPosted" | "endedAt" | "isRecovered">
  >,
): Promise<void> {
  await tx.update(alarms).set(values).where(isAlarm(organisationId, id));
}
