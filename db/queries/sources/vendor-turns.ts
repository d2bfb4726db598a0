import { lt, type SQL, sql } from "drizzle-orm";
import { type Database, executePrepared } from "../../client.ts";
import { vendorTurns } from "../../schema/index.ts";

/**
 * The answer of a rate limit. If `taken`, the request may be sent in `waitMs`. Otherwise the request isn't admitted, and a
 * later request could be sent in `waitMs`.
 */
type Turn = { taken: boolean; waitMs: number };

/** the longest wait that a request may be admitted with, whatever its caller allows */
const waitLimitMs = 60_000;

/**
/**
 * Asks whether a request may be sent under a rate limit that all processes share. The limit allows a burst of `atOnce`
 * requests, then one every `everyMs`, by the database's clock. The request isn't admitted if it would have to wait longer
 * than `longestMs`, which may be a minute at most. A row that is further ahead than any admitted request comes from a
 * database clock that was ahead; it counts as a burst that has just been used.
 */
export async function takeVendorTurn(
  db: Database,
  nameHash: Buffer,
  { atOnce, everyMs }: { atOnce: number; everyMs: number },
  longestMs: number,
): Promise<Turn> {
  const ms = (count: number) => sql`(${count}::float8 * interval '1 millisecond')`;
  const ahead = ms((atOnce - 1) * everyMs);
  const step = ms(everyMs);
  const longest = ms(Math.min(longestMs, waitLimitMs));
  const now = sql`clock_timestamp()`;
  const latest = sql`${now} + ${ahead} + ${ms(waitLimitMs)} + ${step}`;
  const heldAt = sql`case when held.next_at > ${latest} then ${now} + ${ahead} else held.next_at end`;
  const until = (turn: SQL) =>
    sql`greatest(0, extract(epoch from ${turn} - ${ahead} - clock_timestamp()) * 1000)::float8`;
  const [taken] = await executePrepared<{ waitMs: number }>(
    db,
    sql`insert into vendor_turns as held (name_hash, next_at)
      values (${nameHash}, clock_timestamp() + ${step})
      on conflict (name_hash) do update
        set next_at = greatest(${heldAt}, ${now}) + ${step}
        where ${heldAt} <= ${now} + ${ahead} + ${longest}
      returning ${until(sql`next_at - ${step}`)} as "waitMs"`,
  );
  if (taken) return { taken: true, waitMs: taken.waitMs };
  // a second statement, because the first one's snapshot may be older than the row
  const [line] = await executePrepared<{ waitMs: number }>(
    db,
    sql`select ${until(sql`next_at`)} as "waitMs" from vendor_turns where name_hash = ${nameHash}`,
  );
  return { taken: false, waitMs: line?.waitMs ?? 0 };
}

/** Deletes the state of rate limits that haven't been used since `before`. */
export async function deleteOldVendorTurns(db: Database, before: Date): Promise<void> {
  await db.delete(vendorTurns).where(lt(vendorTurns.nextAt, before));
}
