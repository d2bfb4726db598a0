import { bigint, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";
import { boundTable, organisationTable } from "./table.ts";

/** The organisations. Row-level security compares the column `id`, because this table has no `organisation_id`. */
export const organisations = boundTable("organisations", "id", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  directoryId: text("directory_id").notNull(),
  createdAt: moment("created_at").notNull().defaultNow(),
  /** when the operator marked the organisation as deleted; the portal's role can't set it */
  deletedAt: moment("deleted_at"),
});

/** The last change number of each organisation. A transaction that makes a change locks the row and takes the next number. */
export const changeSequences = organisationTable(
  "change_sequences",
  { lastSequence: bigint("last_sequence", { mode: "number" }).notNull().default(0) },
  (t) => [primaryKey({ columns: [t.organisationId] })],
);
