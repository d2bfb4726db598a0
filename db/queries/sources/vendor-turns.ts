import { lt, type SQL, sql } from "drizzle-orm";
import { type Database, executePrepared } from "../../client.ts";
import { vendorTurns } from "../../schema/index.ts";

/** A turn, and how long until it has come; or none, and how long the line is. */
type Turn = { taken: boolean; waitMs: number };

/**
 * Takes the next turn under a name, by the database's clock and in one statement, so that all processes stand in one line:
 * `atOnce` together, then one every `everyMs`. None is taken where it would come later than in `longestMs`.
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
  // a statement of its own: the line may be younger than what the first one saw
  const [line] = await executePrepared<{ waitMs: number }>(
    db,
    sql`select ${until(sql`next_at`)} as "waitMs" from vendor_turns where name_hash = ${nameHash}`,
  );
  return { taken: false, waitMs: line?.waitMs ?? 0 };
}

/** Forgets the lines that nobody has stood in since `before`. */
export async function deleteOldVendorTurns(db: Database, before: Date): Promise<void> {
  await db.delete(vendorTurns).where(lt(vendorTurns.nextAt, before));
}
