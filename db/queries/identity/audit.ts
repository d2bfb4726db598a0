import { and, desc, eq, gte, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import type { AuditAction } from "#lib/domain/audit.ts";
import type { Json } from "#lib/domain/detection.ts";
import type { Transaction } from "../../client.ts";
import { auditEvents } from "../../schema/index.ts";

type AuditEntry = {
  id: string;
  at: Date;
  actorId: string | null;
  actor: string;
  action: AuditAction;
  subject: string;
  subjectId: string;
  detail: { [key: string]: Json };
};

/** Inserts an audit entry. Callers must do this in the transaction that makes the audited change. */
export async function insertAuditEvent(
  tx: Transaction,
  organisationId: string,
  entry: AuditEntry,
): Promise<void> {
  await tx.insert(auditEvents).values({ organisationId, ...entry });
}

export type AuditFilter = {
  action?: AuditAction;
  actor?: string;
  from?: Date;
  until?: Date;
  before?: { at: Date; id: string };
};

/** Lists up to `limit` audit entries, newest first. With the cursor `before`, lists only older entries. */
export async function listAuditEvents(
  tx: Transaction,
  organisationId: string,
  filter: AuditFilter,
  limit: number,
): Promise<AuditEntry[]> {
  const where: (SQL | undefined)[] = [eq(auditEvents.organisationId, organisationId)];
  if (filter.action) where.push(eq(auditEvents.action, filter.action));
  if (filter.actor) where.push(eq(auditEvents.actor, filter.actor));
  if (filter.from) where.push(gte(auditEvents.at, filter.from));
  if (filter.until) where.push(lt(auditEvents.at, filter.until));
  if (filter.before) {
    const { at, id } = filter.before;
    where.push(or(lt(auditEvents.at, at), and(eq(auditEvents.at, at), lt(auditEvents.id, id))));
  }
  return tx
    .select()
    .from(auditEvents)
    .where(and(...where))
    .orderBy(desc(auditEvents.at), desc(auditEvents.id))
    .limit(limit);
}

/**
 * Lists the ids of the people who did one of `actions` since `since`. With `subjectId`, counts only what they did to this
 * subject.
 */
export async function listRecentActors(
  tx: Transaction,
  organisationId: string,
  { actions, since, subjectId }: { actions: readonly AuditAction[]; since: Date; subjectId?: string },
): Promise<string[]> {
  const rows = await tx
    .selectDistinct({ actorId: auditEvents.actorId })
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.organisationId, organisationId),
        inArray(auditEvents.action, [...actions]),
        gte(auditEvents.at, since),
        subjectId === undefined ? undefined : eq(auditEvents.subjectId, subjectId),
      ),
    );
  return rows.flatMap(({ actorId }) => actorId ?? []);
}

/** Lists up to 200 distinct names of actors in the audit log. The query takes the same time however long the log is. */
export async function listAuditActors(tx: Transaction, organisationId: string): Promise<string[]> {
  const next = (after: SQL) => sql`
    select min(audit_events.actor) from ${auditEvents} where organisation_id = ${organisationId}::uuid ${after}`;
  const rows = await tx.execute<{ actor: string }>(sql`
    with recursive actors (actor, place) as (
      select (${next(sql``)}), 1
      union all
      select (${next(sql`and audit_events.actor > actors.actor`)}), place + 1 from actors
      where actors.actor is not null and place < 200
    )
    select actor from actors where actor is not null order by actor`);
  return rows.map((row) => row.actor);
}
