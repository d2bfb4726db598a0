import { bigint, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";
import { boundTable, organisationTable } from "./table.ts";

/** Row-level security compares `id` here, as `organisation_id` elsewhere. */
export const organisations = boundTable("organisations", "id", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  directoryId: text("directory_id").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
});

/** One narrow row an organisation: the number its next change takes, under this row's lock. */
export const changeSequences = organisationTable(
  "change_sequences",
  { lastSequence: bigint("last_sequence", { mode: "number" }).notNull().default(0) },
  (t) => [primaryKey({ columns: [t.organisationId] })],
);
