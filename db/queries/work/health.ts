import { sql } from "drizzle-orm";
import { type Database, inOrganisation } from "../../client.ts";
import { rootCause } from "../../connection-problem.ts";
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
 * Returns null if the database takes writes, and otherwise why it doesn't: it is read-only, as a standby or a managed server
 * with a full disk is, or its disk is full. To find that out without writing a row, sorts more than fits into `work_mem`,
 * which makes the server write about 1 MB to a temporary file. Throws an Error if the database can't be reached.
 */
export async function whyNoWrites(db: Database): Promise<"read_only" | "full" | null> {
  try {
    return await db.transaction(async (tx) => {
      await tx.execute(sql`set local work_mem = '64kB'`);
      const [row] = await tx.execute<{ readOnly: string }>(sql`
        select current_setting('transaction_read_only') as "readOnly", count(*) as sorted
        from (select repeat('x', 200) || n as text from generate_series(1, 5000) as n order by 1 offset 1) as filler`);
      return row?.readOnly === "on" ? "read_only" : null;
    });
  } catch (error) {
    // disk_full
    if (rootCause(error).code === "53100") return "full";
    throw error;
  }
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
