import { sql } from "drizzle-orm";
import { type Database, executePrepared, type Transaction } from "../../client.ts";

/** The read ticket of a read that begins now, and the time by the database's clock. */
export type Read = { ticket: number; at: Date };

/**
 * Takes the read ticket of a read that begins now. A read that begins later gets a higher ticket, even in another process.
 */
export async function takeReadTicket(db: Database | Transaction): Promise<Read> {
  const [row] = await executePrepared<{ ticket: string; at: string }>(
    db,
    sql`select nextval('read_tickets') as ticket, clock_timestamp()::text as at`,
  );
  if (!row) throw new Error("the database gave no read ticket");
  return { ticket: Number(row.ticket), at: new Date(row.at) };
}
