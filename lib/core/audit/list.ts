import { auditActions } from "#lib/domain/audit.ts";
import { z } from "zod";
import { type AuditFilter, listAuditActors, listAuditEvents } from "#db/queries/identity/audit.ts";
import { limited } from "#lib/schemas/limited.ts";
import { authorise, type Context, inOwnOrganisation } from "../context.ts";

const day = limited(10)
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((text) => text >= "2000-01-01" && text < "2200-01-01" && !Number.isNaN(Date.parse(text)));

const text = (lengthMax: number) =>
  limited(lengthMax)
    .catch("")
    .default("")
    .transform((value) => value.replaceAll("\u0000", "").toWellFormed());

/** The audit log's filters as they appear in the URL. A filter that can't be read is ignored. */
export const AuditQuery = z.object({
  action: z.enum(auditActions).or(z.literal("")).catch("").default(""),
  actor: text(200),
  /** the first day of the range, in UTC */
  from: day.or(z.literal("")).catch("").default(""),
  /** the last day of the range, in UTC */
  to: day.or(z.literal("")).catch("").default(""),
  /** the last entry of the previous page; the next page contains only older entries */
  before: limited(100)
    .regex(/^[1-9]\d{3}-\d{2}-\d{2}T[\d:.]{12}Z_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    .refine((text) => !Number.isNaN(Date.parse(text.slice(0, 24))))
    .or(z.literal(""))
    .catch("")
    .default(""),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

const auditPageSize = 100;

/** Converts the URL's filters to the filters of the database query. */
export function auditFilter(query: AuditQuery): AuditFilter {
  const [at = "", id = ""] = query.before.split("_");
  return {
    ...(query.action ? { action: query.action } : {}),
    ...(query.actor ? { actor: query.actor } : {}),
    ...(query.from ? { from: new Date(`${query.from}T00:00:00Z`) } : {}),
    ...(query.to ? { until: new Date(Date.parse(`${query.to}T00:00:00Z`) + 86_400_000) } : {}),
    ...(query.before ? { before: { at: new Date(at), id } } : {}),
  };
}

/**
 * Returns a page of matching audit entries, newest first. Also returns the actors by whom a person can filter the
 * entries.
 */
export async function listAudit(ctx: Context, rawQuery: unknown) {
  authorise(ctx, "settings.manage");
  const query = AuditQuery.parse(rawQuery);
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const rows = await listAuditEvents(tx, organisationId, auditFilter(query), auditPageSize + 1);
    const entries = rows.slice(0, auditPageSize);
    const last = entries.at(-1);
    return {
      query,
      entries: entries.map((entry) => ({ ...entry, at: entry.at.toISOString() })),
      before: rows.length > auditPageSize && last ? `${last.at.toISOString()}_${last.id}` : null,
      actors: await listAuditActors(tx, organisationId),
    };
  });
}
