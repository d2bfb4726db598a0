import { bigint, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { moment, organisationId } from "./columns.ts";

/** Row-level security compares `id` here, as `organisation_id` elsewhere. */
export const organisations = pgTable("organisations", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  tenantId: text("tenant_id").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** One narrow row an organisation: the number its next change takes, under this row's lock. */
export const changeSequences = pgTable("change_sequences", {
  organisationId: organisationId().primaryKey(),
  lastSequence: bigint("last_sequence", { mode: "number" }).notNull().default(0),
});
