import { eq, sql } from "drizzle-orm";
import type { Database } from "../../client.ts";
import { fromNow } from "../../leased.ts";
import { migrationLock } from "../../migration-lock.ts";
import { workerPresence } from "../../schema/index.ts";
import { followClock } from "./clock-went-back.ts";

const now = sql`now()`;

/**
 * Records that a worker runs, and how far its clock, `workerNow`, is ahead of the database's. If a worker was last seen more
 * than `toleratedMs` in the future, the database's clock went back: then what waits for a later time follows it, and the
 * result is by how many ms. Otherwise the result is 0.
 */
export async function recordWorker(db: Database, workerNow: Date, toleratedMs: number): Promise<number> {
  const clockAheadMs = sql`(extract(epoch from ${workerNow.toISOString()}::timestamptz - clock_timestamp()) * 1000)::bigint`;
  return db.transaction(async (tx) => {
    const [last] = await tx
      .select({ aheadMs: sql<number>`(extract(epoch from ${workerPresence.seenAt} - now()) * 1000)::float8` })
      .from(workerPresence)
      .for("update");
    const backMs = last && last.aheadMs > toleratedMs ? last.aheadMs : 0;
    if (backMs > 0) await followClock(tx, backMs);
    await tx
      .insert(workerPresence)
      .values({ id: 1, seenAt: now, clockAheadMs })
      .onConflictDoUpdate({
        target: workerPresence.id,
        set: { seenAt: now, clockAheadMs, toldAt: null, claimedUntil: null },
      });
    return backMs;
  });
}

/**
 * Returns when a worker last said that it runs, whether that is more than `silentMs` ago by the database's clock, and by how
 * many ms the worker's clock was ahead of it. Returns null if no worker ever ran with this database.
 */
export async function getWorkerPresence(
  db: Database,
  silentMs: number,
): Promise<{ seenAt: Date; isSilent: boolean; clockAheadMs: number } | null> {
  const isSilent = sql<boolean>`${workerPresence.seenAt} < ${fromNow(-silentMs)}`;
  const { seenAt, clockAheadMs } = workerPresence;
  const rows = await db.select({ seenAt, isSilent, clockAheadMs }).from(workerPresence);
  return rows[0] ?? null;
}

/**
 * Claims the task to tell the admins that no worker has run for `silentMs`, and returns since when. Returns null if a worker
 * runs or never ran, if the admins were told less than `repeatMs` ago, while another process has claimed the task, and
 * while migrations run, since workers are stopped for them. All times are the database's.
 */
export async function claimWorkerSilence(
  db: Database,
  times: { silentMs: number; repeatMs: number; claimMs: number },
): Promise<Date | null> {
  const rows = await db
    .update(workerPresence)
    .set({ claimedUntil: fromNow(times.claimMs) })
    .where(
      sql`${workerPresence.seenAt} < ${fromNow(-times.silentMs)}
        and (${workerPresence.toldAt} is null or ${workerPresence.toldAt} < ${fromNow(-times.repeatMs)})
        and (${workerPresence.claimedUntil} is null or ${workerPresence.claimedUntil} < now())
        and not exists (
          select from pg_locks where locktype = 'advisory' and granted and classid = 0 and objid = ${migrationLock}
            and database = (select oid from pg_database where datname = current_database()))`,
    )
    .returning({ seenAt: workerPresence.seenAt });
  return rows[0]?.seenAt ?? null;
}

/** Records that the admins were told, and ends the claim. Does nothing if a worker runs again. */
export async function recordSilenceTold(db: Database): Promise<void> {
  await db
    .update(workerPresence)
    .set({ toldAt: now, claimedUntil: null })
    .where(sql`${eq(workerPresence.id, 1)} and ${workerPresence.claimedUntil} is not null`);
}
