import { and, desc, eq, gt, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { detectionSources, detections, pipeTests } from "../../schema/index.ts";

type PipeTestRow = typeof pipeTests.$inferSelect;

/** Notes that a pipe test began. */
export async function insertPipeTest(tx: Transaction, row: typeof pipeTests.$inferInsert): Promise<void> {
  await tx.insert(pipeTests).values(row);
}

/** Notes what the vendor said to the request for samples, or that they were dismissed. */
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

/** A pipe test, or undefined. */
export async function getPipeTestRow(tx: Transaction, organisationId: string, id: string) {
  const rows = await tx
    .select()
    .from(pipeTests)
    .where(and(eq(pipeTests.organisationId, organisationId), eq(pipeTests.id, id)));
  return rows[0];
}

/** A configuration's last pipe test, or undefined. */
export async function getLastPipeTest(tx: Transaction, organisationId: string, configurationId: string) {
  const rows = await tx
    .select()
    .from(pipeTests)
    .where(and(eq(pipeTests.organisationId, organisationId), eq(pipeTests.configurationId, configurationId)))
    .orderBy(desc(pipeTests.startedAt))
    .limit(1);
  return rows[0];
}

/** Who began a pipe test of a configuration since `since`. */
export async function listSamplesAskedBy(
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
      ),
    );
  return rows.flatMap(({ userId }) => userId ?? []);
}

/** samples carry the moment they were made, by another clock than ours */
const clocksApart = sql`interval '1 hour'`;

/**
 * The samples of a configuration that came since `since`, the first first, at most 50; not those of earlier days,
 * which a first read finds.
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
    .innerJoin(
      detectionSources,
      and(
        eq(detectionSources.organisationId, detections.organisationId),
        eq(detectionSources.detectionId, detections.id),
      ),
    )
    .where(
      and(
        eq(detections.organisationId, organisationId),
        eq(detections.configurationId, configurationId),
        eq(detections.isSample, true),
        sql`${detections.receivedAt} >= ${since.toISOString()}::timestamptz`,
        sql`${detections.occurredAt} >= ${since.toISOString()}::timestamptz - ${clocksApart}`,
      ),
    )
    .orderBy(detections.receivedAt, detections.id)
    .limit(50);
}
