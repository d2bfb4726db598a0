import { sql } from "drizzle-orm";
import { type Database, inOrganisation } from "../client.ts";
import { pollTargets } from "../schema/index.ts";

/** How many migrations the database has had; throws when it can't be asked. */
export async function countMigrations(db: Database): Promise<number> {
  const rows = await db.execute<{ count: string }>(sql`select count(*) from drizzle.__drizzle_migrations`);
  return Number(rows[0]?.count ?? 0);
}

/** For each organisation that is polled: the age of its oldest last good poll, in seconds; null when it never had one. */
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
