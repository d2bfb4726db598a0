import { and, asc, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import type { Transaction } from "../../client.ts";
import { configurations, credentials, dataKeys, pollTargets } from "../../schema/index.ts";

export type ConfigurationRow = typeof configurations.$inferSelect;
export type CredentialRow = typeof credentials.$inferSelect;

const credentialOfConfiguration = and(
  eq(credentials.organisationId, configurations.organisationId),
  eq(credentials.id, configurations.credentialId),
);

/** Lists all configurations that aren't deleted, with their credentials, sorted by display name. */
export async function listConfigurations(tx: Transaction, organisationId: string) {
  return tx
    .select({ configuration: configurations, credential: credentials, dueAt: pollTargets.dueAt })
    .from(configurations)
    .innerJoin(credentials, credentialOfConfiguration)
    .leftJoin(
      pollTargets,
      and(eq(pollTargets.configurationId, configurations.id), eq(pollTargets.organisationId, organisationId)),
    )
    .where(and(eq(configurations.organisationId, organisationId), isNull(configurations.deletedAt)))
    .orderBy(asc(sql`lower(${configurations.displayName})`), asc(configurations.id))
    .prepare("list_configurations")
    .execute();
}

/** Returns a configuration with its credential, or undefined if it doesn't exist or is deleted. */
export async function getConfiguration(tx: Transaction, organisationId: string, id: string) {
  const rows = await tx
    .select({ configuration: configurations, credential: credentials })
    .from(configurations)
    .innerJoin(credentials, credentialOfConfiguration)
    .where(
      and(
        eq(configurations.organisationId, organisationId),
        eq(configurations.id, id),
        isNull(configurations.deletedAt),
      ),
    );
  return rows[0];
}

/** Lists the configurations that read one of these scopes. Includes deleted configurations that still have rows. */
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

/** Returns a credential, or undefined if there is none. */
export async function getCredential(tx: Transaction, organisationId: string, id: string) {
  const rows = await tx
    .select()
    .from(credentials)
    .where(and(eq(credentials.organisationId, organisationId), eq(credentials.id, id)));
  return rows[0];
}

/** Lists all credentials of the organisation, oldest first. */
export async function listCredentials(tx: Transaction, organisationId: string) {
  return tx
    .select()
    .from(credentials)
    .where(eq(credentials.organisationId, organisationId))
    .orderBy(asc(credentials.secretSetAt));
}

/** Lists the organisation's wrapped data keys, newest first. */
export async function listDataKeys(tx: Transaction, organisationId: string) {
  return tx
    .select({ id: dataKeys.id, wrapped: dataKeys.wrapped })
    .from(dataKeys)
    .where(eq(dataKeys.organisationId, organisationId))
    .orderBy(desc(dataKeys.createdAt), desc(dataKeys.id));
}

/** Inserts a wrapped data key. */
export async function insertDataKey(
  tx: Transaction,
  organisationId: string,
  id: string,
  wrapped: Buffer,
): Promise<void> {
  await tx.insert(dataKeys).values({ organisationId, id, wrapped });
}

/** Replaces the wrapped data key `previous`. Does nothing if another process has already replaced that key. */
export async function rewrapDataKey(
  tx: Transaction,
  organisationId: string,
  id: string,
  previous: Buffer,
  wrapped: Buffer,
): Promise<void> {
  await tx
    .update(dataKeys)
    .set({ wrapped })
    .where(
      and(eq(dataKeys.organisationId, organisationId), eq(dataKeys.id, id), eq(dataKeys.wrapped, previous)),
    );
}

/**
/**
 * Makes a configuration due to be polled as soon as its vendor allows. A wait of more than an hour that the vendor seems to
 * have asked for doesn't count, because it comes from a database clock that was ahead. A worker that is polling keeps its
 * lease. Locks the row in `poll_targets`; a transaction that also changes the configuration must call this first.
 */
export async function putPollTarget(tx: Transaction, organisationId: string, configurationId: string) {
  await tx
    .insert(pollTargets)
    .values({ configurationId, organisationId, dueAt: sql`now()` })
    .onConflictDoUpdate({
      target: pollTargets.configurationId,
      set: {
        dueAt: sql`case when ${pollTargets.notBefore} > now() + interval '1 hour' then now()
          else greatest(now(), ${pollTargets.notBefore}) end`,
      },
    });
}

/** Removes a configuration's row from `poll_targets`. A poll that is running loses its lease and writes nothing more. */
export async function removePollTarget(tx: Transaction, organisationId: string, configurationId: string) {
  await tx
    .delete(pollTargets)
    .where(
      and(eq(pollTargets.configurationId, configurationId), eq(pollTargets.organisationId, organisationId)),
    );
}

/** Counts each configuration's detections since `since`. Samples don't count. */
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
