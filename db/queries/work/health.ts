import { sql } from "drizzle-orm";
import { type Database, inOrganisation } from "../../client.ts";
import { readApplied, readShipped } from "../../migration-state.ts";
import { pollTargets } from "../../schema/index.ts";

let shipped: ReturnType<typeof readShipped> | undefined;

/** Whether the database has all of this version's migrations. Throws an Error if the database can't be reached. */
export async function isMigrated(db: Database): Promise<boolean> {
  const applied = new Set((await readApplied(db.$client)).map(({ hash }) => hash));
  shipped ??= readShipped("db/migrations");
  return shipped.every(({ hash }) => applied.has(hash));
}

/**
 * Returns one age for each organisation with polled configurations. The age is the seconds since the last good poll of the
 * configuration that has waited longest. It is null if a configuration has never been polled.
 */
export async function listPollAges(db: Database, now: Date): Promise<(number | null)[]> {
  const organisations = await db.selectDistinct({ id: pollTargets.organisationId }).from(pollTargets);
  const ages: (number | null)[] = [];
  for (const { id } of organisations) {
    const rows = await inOrganisation(db, id, (tx) =>
      tx.execute<{ oldest: Date | null; never: string }>(sql`
        select min(last_good_sync_at) as oldest, count(*) filter (where last_good_sync_at is null) as never
        from configurations where disabled_at is null and deleted_at is null`),
    );
    const oldest = rows[0]?.oldest;
    ages.push(
      oldest && Number(rows[0]?.never) === 0
        ? Math.round((now.getTime() - new Date(oldest).getTime()) / 1000)
        : null,
    );
  }
  return ages;
}
