import { sql } from "drizzle-orm";
import { type Database, executePrepared, type Transaction } from "../../client.ts";

/** When a read of a vendor began: its place among all of them, and that moment by the database's clock. */
export type Read = { ticket: number; at: Date };

/** Taken as a read begins. Later ones have higher tickets, in whatever process and by whatever clock. */
export async function takeReadTicket(db: Database | Transaction): Promise<Read> {
  const [row] = await executePrepared<{ ticket: string; at: string }>(
    db,
    sql`select nextval('read_tickets') as ticket, clock_timestamp()::text as at`,
  );
  if (!row) throw new Error("the database gave no read ticket");
  return { ticket: Number(row.ticket), at: new Date(row.at) };
}
