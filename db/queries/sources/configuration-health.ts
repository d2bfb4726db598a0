import { gzipSync } from "node:zlib";
import { and, desc, eq, sql } from "drizzle-orm";
import type { Json } from "#lib/domain/detection.ts";
import type { Transaction } from "../../client.ts";
import { configurations, credentials, skippedAlerts } from "../../schema/index.ts";

/** Records a successful poll of a configuration, and clears the configuration's problem. */
export async function recordGoodSync(
  tx: Transaction,
  organisationId: string,
  id: string,
  at: Date,
): Promise<void> {
  await tx
    .update(configurations)
    .set({
      lastGoodSyncAt: at,
      lastAttemptAt: at,
      failuresInARow: 0,
      problemCode: null,
      problemMessage: null,
      problemRemedy: null,
      problemSince: null,
      problemPasses: false,
    })
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
}

/**
 * Records a failed poll of a configuration and returns the number of consecutive failures. Does nothing and returns 0 if the
 * credential's secret was replaced after the poll began.
 */
export async function recordProblem(
  tx: Transaction,
  organisationId: string,
  id: string,
  credentialRevision: number,
  at: Date,
  problem: { code: string; message: string; remedy: string; passes: boolean },
): Promise<number> {
  const rows = await tx
    .update(configurations)
    .set({
      lastAttemptAt: at,
      failuresInARow: sql`${configurations.failuresInARow} + 1`,
      problemCode: problem.code,
      problemMessage: problem.message,
      problemRemedy: problem.remedy,
      problemPasses: problem.passes,
      problemSince: sql`coalesce(${configurations.problemSince}, ${at.toISOString()}::timestamptz)`,
    })
    .where(
      and(
        eq(configurations.organisationId, organisationId),
        eq(configurations.id, id),
        sql`exists (select from ${credentials} where ${credentials.organisationId} = ${configurations.organisationId}
          and ${credentials.id} = ${configurations.credentialId} and ${credentials.revision} = ${credentialRevision})`,
      ),
    )
    .returning({ failures: configurations.failuresInARow });
  return rows[0]?.failures ?? 0;
}

/** Records a successful verification of a configuration and the facts that it found. Clears the configuration's problem. */
export async function recordVerified(
  tx: Transaction,
  organisationId: string,
  id: string,
  at: Date,
  facts: { [key: string]: Json },
): Promise<void> {
  await tx
    .update(configurations)
    .set({
      facts,
      verifiedAt: at,
      problemCode: null,
      problemMessage: null,
      problemRemedy: null,
      problemSince: null,
      problemPasses: false,
    })
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
}

/** Lists up to 50 skipped alerts of a configuration. Those that were seen last come first. */
export async function listSkippedAlerts(tx: Transaction, organisationId: string, configurationId: string) {
  return tx
    .select({
      reason: skippedAlerts.reason,
      body: skippedAlerts.body,
      firstSeenAt: skippedAlerts.firstSeenAt,
      lastSeenAt: skippedAlerts.lastSeenAt,
    })
    .from(skippedAlerts)
    .where(
      and(
        eq(skippedAlerts.organisationId, organisationId),
        eq(skippedAlerts.configurationId, configurationId),
      ),
    )
    .orderBy(desc(skippedAlerts.lastSeenAt))
    .limit(50);
}

/** Adds facts to a configuration. A new fact replaces an existing fact of the same name. */
export async function setFacts(
  tx: Transaction,
  organisationId: string,
  id: string,
  facts: { [key: string]: Json },
): Promise<void> {
  await tx
    .update(configurations)
    .set({ facts: sql`${configurations.facts} || ${JSON.stringify(facts)}::jsonb` })
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
}

/** Sets the cursor with which the next poll of a configuration continues. */
export async function setPollCursor(
  tx: Transaction,
  organisationId: string,
  id: string,
  pollCursor: Json | null,
): Promise<void> {
  await tx
    .update(configurations)
    .set({ pollCursor })
    .where(and(eq(configurations.organisationId, organisationId), eq(configurations.id, id)));
}

/**
 * Stores alerts that couldn't be used, with the reason. If an alert is already stored, updates only the time when it was
 * last seen.
 */
export async function putSkippedAlerts(
  tx: Transaction,
  organisationId: string,
  configurationId: string,
  skipped: { bodyHash: Buffer; reason: string; body: string }[],
): Promise<void> {
  if (skipped.length === 0) return;
  await tx
    .insert(skippedAlerts)
    .values(
      skipped.map(({ bodyHash, reason, body }) => ({
        organisationId,
        configurationId,
        bodyHash,
        reason,
        body: gzipSync(Buffer.from(body.slice(0, 65_536), "utf8")),
      })),
    )
    .onConflictDoUpdate({
      target: [skippedAlerts.organisationId, skippedAlerts.configurationId, skippedAlerts.bodyHash],
      set: { lastSeenAt: sql`now()` },
    });
}
