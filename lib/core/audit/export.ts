import { listAuditEvents } from "#db/queries/identity/audit.ts";
import { csvCell } from "#lib/domain/csv.ts";
import { authorise, type Context, inOwnOrganisation } from "../context.ts";
import { auditFilter, AuditQuery } from "./list.ts";
import { recordAudit } from "./record.ts";

const exportMax = 50_000;

/**
 * Returns the matching audit entries as CSV (RFC 4180), newest first and at most 50,000. Records the export in the
 * audit log.
 */
export async function exportAudit(ctx: Context, rawQuery: unknown): Promise<string> {
  authorise(ctx, "settings.manage");
  const { before: _page, ...query } = AuditQuery.parse(rawQuery);
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const rows = await listAuditEvents(tx, organisationId, auditFilter({ ...query, before: "" }), exportMax);
    await recordAudit(
      ctx,
      tx,
      "audit.exported",
      { kind: "organisation", id: organisationId },
      { rows: rows.length, ...query },
    );
    const lines = rows.map((row) => [
      row.at.toISOString(),
      row.actor,
      row.action,
      row.subject,
      row.subjectId,
      JSON.stringify(row.detail),
    ]);
    // readers of the file must know that it is incomplete
    if (rows.length === exportMax)
      lines.push([
        "",
        "",
        `Only the newest ${exportMax} rows are here. Choose an earlier To for the rest.`,
        "",
        "",
        "",
      ]);
    return [["time", "actor", "action", "subject", "subject id", "detail"], ...lines]
      .map((line) => line.map(csvCell).join(","))
      .join("\r\n");
  });
}
