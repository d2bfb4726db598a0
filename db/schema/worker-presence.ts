import { sql } from "drizzle-orm";
import { bigint, check, smallint } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";
import { routingTable } from "./table.ts";

/** When a worker last ran, in one row. The webs watch it, because a worker that doesn't run can tell nobody. */
export const workerPresence = routingTable(
  "worker_presence",
  {
    /** always 1; the row exists from the first worker's start on */
    id: smallint("id").primaryKey(),
    /** when a worker last said that it runs */
    seenAt: moment("seen_at").notNull(),
    /** by how many ms that worker's clock was ahead of the database's; negative if it was behind */
    clockAheadMs: bigint("clock_ahead_ms", { mode: "number" }).notNull().default(0),
    /** until when a web tells the admins that no worker runs; null if none is doing that */
    claimedUntil: moment("claimed_until"),
    /** when the admins were last told; null while a worker runs */
    toldAt: moment("told_at"),
  },
  (t) => [check("worker_presence_one_row", sql`${t.id} = 1`)],
);
