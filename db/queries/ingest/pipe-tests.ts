import { and, desc, eq, gt, isNull, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { detectionSources, detections, pipeTests } from "../../schema/index.ts";
import { sourceOfDetection } from "../joins.ts";

export type PipeTestRow = typeof pipeTests.$inferSelect;

/** Inserts a pipe test. */
export async function insertPipeTest(tx: Transaction, row: typeof pipeTests.$inferInsert): Promise<void> {
  await tx.insert(pipeTests).values(row);
}

/** Takes a lock on a configuration's pipe tests until commit. Only one test at a time can begin. */
export async function lockPipeTests(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtext(${`pipe test ${organisationId} ${configurationId}`}))`,
  );
}

/** Ends a pipe test. Returns false if it had ended before. */
export async function endPipeTest(
  tx: Transaction,
  organisationId: string,
  id: string,
  { endedAt, isStopped }: { endedAt: Date; isStopped: boolean },
): Promise<boolean> {
  const rows = await tx
    .update(pipeTests)
    .set({ endedAt, isStopped })
    .where(and(eq(pipeTests.organisationId, organisationId), eq(pipeTests.id, id), isNull(pipeTests.endedAt)))
    .returning({ id: pipeTests.id });
  return rows.length === 1;
}

/** Updates a pipe test: how the vendor answered the request for samples, or that the samples were dismissed. */
export async function updatePipeTest(
  tx: Transaction,
  organisationId: string,
  id: string,
  values: Partial<
    Pick<PipeTestRow, "acceptedAt" | "problemCode" | "problemMessage" | "problemRemedy" | "clearedAt">
  >,
): Promise<void> {
  await tx
    .update(pipeTests)
    .set(values)
    .where(and(eq(pipeTests.organisationId, organisationId), eq(pipeTests.id, id)));
}

/** Returns a pipe test, or undefined if there is none. */
export async function getPipeTestRow(tx: Transaction, organisationId: string, id: string) {
  const rows = await tx
    .select()
    .from(pipeTests)
    .where(and(eq(pipeTests.organisationId, organisationId), eq(pipeTests.id, id)));
  return rows[0];
}

/** Returns a configuration's latest pipe test, or undefined if there is none. */
export async function getLastPipeTest(tx: Transaction, organisationId: string, configurationId: string) {
  const rows = await tx
    .select()
    .from(pipeTests)
    .where(and(eq(pipeTests.organisationId, organisationId), eq(pipeTests.configurationId, configurationId)))
    .orderBy(desc(pipeTests.startedAt))
    .limit(1);
  return rows[0];
}

/** Lists the ids of the people who have started a pipe test of a configuration since `since` that nobody stopped. */
export async function listPipeTestStarters(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  since: Date,
): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ userId: pipeTests.startedById })
    .from(pipeTests)
    .where(
      and(
        eq(pipeTests.organisationId, organisationId),
        eq(pipeTests.configurationId, configurationId),
        gt(pipeTests.startedAt, since),
        eq(pipeTests.isStopped, false),
      ),
    );
  return rows.flatMap(({ userId }) => userId ?? []);
}

/** how far the vendor's clock may differ from ours; the time of a sample is by the vendor's clock */
const clockTolerance = sql`interval '1 hour'`;

/**
 * Lists up to 50 of a configuration's samples that arrived since `since`, oldest first. Leaves out samples that the vendor
 * created before `since`, because the first poll may bring such samples.
 */
export async function listSamplesSince(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  since: Date,
) {
  return tx
    .select({
      id: detections.id,
      title: detections.title,
      status: detections.status,
      severity: detections.severity,
      receivedAt: detections.receivedAt,
      firstPolledAt: detectionSources.firstPolledAt,
      firstDeliveredAt: detectionSources.firstDeliveredAt,
      pendingStatus: detections.pendingStatus,
    })
    .from(detections)
    .innerJoin(detectionSources, sourceOfDetection)
    .where(
      and(
        eq(detections.organisationId, organisationId),
        eq(detections.configurationId, configurationId),
        eq(detections.isSample, true),
        sql`${detections.receivedAt} >= ${since.toISOString()}::timestamptz`,
        sql`${detections.occurredAt} >= ${since.toISOString()}::timestamptz - ${clockTolerance}`,
      ),
    )
    .orderBy(detections.receivedAt, detections.id)
    .limit(50);
}
