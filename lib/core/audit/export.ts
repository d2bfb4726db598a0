import { listAuditEvents } from "#db/queries/identity/audit.ts";
import { authorise, type Context, inOwnOrganisation } from "../context.ts";
import { auditFilter, AuditQuery } from "./list.ts";
import { recordAudit } from "./record.ts";

const exportMax = 50_000;

/** Exports the audit entries that match as CSV (RFC 4180): at most 50,000 rows, newest first. The export itself is audited. */
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

/**
 * Quotes a cell. A leading = + - @ or tab gets an apostrophe, so that no spreadsheet runs it as a formula (OWASP, CSV
 * injection).
 */
function csvCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}
