import { index, jsonb, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { auditActions } from "#lib/domain/audit.ts";
import type { Json } from "#lib/domain/detection.ts";
import { moment } from "./columns.ts";
import { organisationTable } from "./table.ts";

/**
 * The audit log. It has an entry for every change of a configuration, membership, status or session. The transaction that
 * makes the change also writes the entry.
 */
export const auditEvents = organisationTable(
  "audit_events",
  {
    id: uuid("id").notNull(),
    at: moment("at").notNull(),
    actorId: uuid("actor_id"),
    actor: text("actor").notNull(),
    action: text("action", { enum: auditActions }).notNull(),
    subject: text("subject").notNull(),
    subjectId: text("subject_id").notNull(),
    detail: jsonb("detail").$type<{ [key: string]: Json }>().notNull().default({}),
  },
  (t) => [
    primaryKey({ columns: [t.organisationId, t.id] }),
    index("audit_events_at").on(t.organisationId, t.at, t.id),
    index("audit_events_by_actor").on(t.organisationId, t.actor, t.at, t.id),
    index("audit_events_by_action").on(t.organisationId, t.action, t.at, t.id),
  ],
);
