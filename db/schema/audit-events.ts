import { index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { Json } from "#lib/domain/detection.ts";
import { moment, organisationId } from "./columns.ts";

/** Every change of configuration, membership, status and session, written in the transaction that made it. */
export const auditEvents = pgTable(
  "audit_events",
  {
    organisationId: organisationId(),
    id: uuid("id").notNull(),
    at: moment("at").notNull(),
    actorId: uuid("actor_id"),
    actor: text("actor").notNull(),
    action: text("action").notNull(),
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
