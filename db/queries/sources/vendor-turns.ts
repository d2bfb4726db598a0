import { lt, type SQL, sql } from "drizzle-orm";
import { type Database, executePrepared } from "../../client.ts";
import { vendorTurns } from "../../schema/index.ts";

/**
 * The answer of a rate limit. If `taken`, the request may be sent in `waitMs`. Otherwise the request isn't admitted, and a
 * later request could be sent in `waitMs`.
 */
type Turn = { taken: boolean; waitMs: number };

/**
 * Asks whether a request may be sent under a rate limit that all processes share. The limit allows a burst of `atOnce`
 * requests, then one every `everyMs`, by the database's clock. The request isn't admitted if it would have to wait longer
 * than `longestMs`.
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
  const until = (turn: SQL) =>
    sql`greatest(0, extract(epoch from ${turn} - ${ahead} - clock_timestamp()) * 1000)::float8`;
  const [taken] = await executePrepared<{ waitMs: number }>(
    db,
    sql`insert into vendor_turns as held (name_hash, next_at)
      values (${nameHash}, clock_timestamp() + ${step})
      on conflict (name_hash) do update
        set next_at = greatest(held.next_at, clock_timestamp()) + ${step}
        where held.next_at <= clock_timestamp() + ${ahead} + ${ms(longestMs)}
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
