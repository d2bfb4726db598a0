import { and, asc, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { configurations, credentials, dataKeys, pollTargets } from "../../schema/index.ts";

export type ConfigurationRow = typeof configurations.$inferSelect;
export type CredentialRow = typeof credentials.$inferSelect;

/** Every configuration with its credential, by display name; none that is deleted. */
export async function listConfigurations(tx: Transaction, organisationId: string) {
  return tx
    .select({ configuration: configurations, credential: credentials, dueAt: pollTargets.dueAt })
    .from(configurations)
    .innerJoin(
      credentials,
      and(
        eq(credentials.organisationId, configurations.organisationId),
        eq(credentials.id, configurations.credentialId),
      ),
    )
    .leftJoin(
      pollTargets,
      and(eq(pollTargets.configurationId, configurations.id), eq(pollTargets.organisationId, organisationId)),
    )
    .where(and(eq(configurations.organisationId, organisationId), isNull(configurations.deletedAt)))
    .orderBy(asc(sql`lower(${configurations.displayName})`), asc(configurations.id))
    .prepare("list_configurations")
    .execute();
}

/** One configuration with its credential, or undefined; also when it is deleted. */
export async function getConfiguration(tx: Transaction, organisationId: string, id: string) {
  const rows = await tx
    .select({ configuration: configurations, credential: credentials })
    .from(configurations)
    .innerJoin(
      credentials,
      and(
        eq(credentials.organisationId, configurations.organisationId),
        eq(credentials.id, configurations.credentialId),
      ),
    )
    .where(
      and(
        eq(configurations.organisationId, organisationId),
        eq(configurations.id, id),
        isNull(configurations.deletedAt),
      ),
    );
  return rows[0];
}

/** The configurations that read any of these scopes already, deleted ones with rows left included. */
export async function findByScopes(
  tx: Transaction,
  organisationId: string,
  { vendor, cloud, scopeIds }: { vendor: string; cloud: string; scopeIds: string[] },
) {
  return tx
    .select({
      id: configurations.id,
      displayName: configurations.displayName,
      scopeId: configurations.scopeId,
      deletedAt: configurations.deletedAt,
    })
    .from(configurations)
    .where(
      and(
        eq(configurations.organisationId, organisationId),
        eq(configurations.vendor, vendor),
        eq(configurations.cloud, cloud),
        inArray(configurations.scopeId, scopeIds),
      ),
    );
}

/** A credential, or undefined. */
export async function getCredential(tx: Transaction, organisationId: string, id: string) {
  const rows = await tx
    .select()
    .from(credentials)
    .where(and(eq(credentials.organisationId, organisationId), eq(credentials.id, id)));
  return rows[0];
}

/** Every credential of the organisation, oldest first. */
export async function listCredentials(tx: Transaction, organisationId: string) {
  return tx
    .select()
    .from(credentials)
    .where(eq(credentials.organisationId, organisationId))
    .orderBy(asc(credentials.secretSetAt));
}

/** The organisation's wrapped data keys, newest first. */
export async function listDataKeys(tx: Transaction, organisationId: string) {
  return tx
    .select({ id: dataKeys.id, wrapped: dataKeys.wrapped })
    .from(dataKeys)
    .where(eq(dataKeys.organisationId, organisationId))
    .orderBy(desc(dataKeys.createdAt), desc(dataKeys.id));
}

/** Adds a wrapped data key. */
export async function insertDataKey(
  tx: Transaction,
  organisationId: string,
  id: string,
  wrapped: Buffer,
): Promise<void> {
  await tx.insert(dataKeys).values({ organisationId, id, wrapped });
}

/** Puts a data key wrapped anew in place of `was`; nothing happens when someone else did so first. */
export async function rewrapDataKey(
  tx: Transaction,
  organisationId: string,
  id: string,
  was: Buffer,
  wrapped: Buffer,
): Promise<void> {
  await tx
    .update(dataKeys)
    .set({ wrapped })
    .where(and(eq(dataKeys.organisationId, organisationId), eq(dataKeys.id, id), eq(dataKeys.wrapped, was)));
}

/**
 * Makes a configuration due as soon as its vendor allows; a lease that is held stays. Locks its place in the
 * schedule, which whoever also changes the configuration's row does first.
 */
export async function putPollTarget(tx: Transaction, organisationId: string, configurationId: string) {
  await tx
    .insert(pollTargets)
    .values({ configurationId, organisationId, dueAt: sql`now()` })
    .onConflictDoUpdate({
      target: pollTargets.configurationId,
      set: { dueAt: sql`greatest(now(), ${pollTargets.notBefore})` },
    });
}

/** Takes a configuration off the schedule; a poll under way finds its lease gone and writes nothing more. */
export async function removePollTarget(tx: Transaction, organisationId: string, configurationId: string) {
  await tx
    .delete(pollTargets)
    .where(
      and(eq(pollTargets.configurationId, configurationId), eq(pollTargets.organisationId, organisationId)),
    );
}

/** How many detections each configuration brought since `since`, samples left out. Index-only by time. */
export async function countRecent(
  tx: Transaction,
  organisationId: string,
  since: Date,
): Promise<Map<string, number>> {
  const rows = await tx.execute<{ configuration_id: string; count: string }>(sql`
    select configuration_id, count(*) as count from detections
    where organisation_id = ${organisationId}::uuid and occurred_at >= ${since.toISOString()}::timestamptz and not is_sample
    group by configuration_id`);
  return new Map(rows.map((row) => [row.configuration_id, Number(row.count)]));
}
