import { type FeedCursor, findDetections, listFeedRows } from "#db/queries/triage/feed.ts";
import { type ExportRow, listExportRows } from "#db/queries/triage/export.ts";
import { listAccess, readableIds } from "#lib/core/access.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { mayStill, requesterOf } from "#lib/core/requester.ts";
import { csvCell } from "#lib/domain/csv.ts";
import { triageVerbs } from "#lib/domain/triage-verbs.ts";
import type { ExportFormat } from "#lib/domain/export-format.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { FeedQuery } from "#lib/schemas/detections.ts";
import { queryOf } from "./list.ts";

const batchSize = 500;

/** The columns of the file, in its order, with the names that readers of the file see. */
const columns = {
  id: "id",
  vendor: "vendor",
  vendorAlertId: "vendor alert id",
  configuration: "configuration",
  scopeId: "scope",
  resourceId: "resource id",
  resourceName: "resource",
  title: "title",
  alertType: "alert type",
  severity: "severity",
  status: "status",
  box: "box",
  raisedAt: "raised",
  receivedAt: "received",
  notifiedAt: "first notified",
  notified: "first notified person",
  notifiedBy: "first notified by",
  shownAt: "shown",
  acknowledgedAt: "acknowledged",
  acknowledgedBy: "acknowledged by",
  owner: "owner",
  verdict: "verdict",
  reason: "reason",
  note: "note",
  how: "closed or judged how",
  closedAt: "closed",
  confirmedAt: "confirmed by the vendor",
  vendorRequestId: "vendor request id",
  reopened: "reopened",
  reference: "reference",
  isSample: "sample",
} as const satisfies Record<keyof ExportRow, string>;
const keys = Object.keys(columns) as (keyof ExportRow)[];

const lineOf: Record<ExportFormat, (row: ExportRow) => string> = {
  csv: (row) => `${keys.map((key) => csvCell(String(row[key] ?? ""))).join(",")}\r\n`,
  ndjson: (row) => `${JSON.stringify(Object.fromEntries(keys.map((key) => [key, row[key]])))}\n`,
};

/**
 * Yields the detections of a list as the text of a file, newest first, in parts: CSV (RFC 4180) or one JSON object a line. All times
 * are in UTC. What the actor may see is asked anew for each part, so that nobody goes on reading what they may not see any more. The
 * export is recorded in the audit log before anything is read. Throws ServiceError.
 */
export async function* exportDetections(
  ctx: Context,
  query: FeedQuery,
  format: ExportFormat,
): AsyncGenerator<string, void, void> {
  authorise(ctx, triageVerbs.export.permission);
  const { organisationId } = ctx.actor;
  await inOwnOrganisation(ctx, (tx) =>
    recordAudit(
      ctx,
      tx,
      triageVerbs.export.audit,
      { kind: "organisation", id: organisationId },
      { format, ...query },
    ),
  );
  // before the first detection, so that an empty file is a file with a head
  if (format === "csv") yield `${keys.map((key) => csvCell(columns[key])).join(",")}\r\n`;
  for (let part: Part = { rows: [], next: first }; part.next; ) {
    part = await readPart(ctx, query, part.next);
    if (part.rows.length > 0) yield part.rows.map(lineOf[format]).join("");
  }
}

/** A part of the file. `next`: after which detection the next part begins; null if this is the last one. */
type Part = { rows: ExportRow[]; next: FeedCursor | typeof first | null };
const first = "the first" as const;

async function readPart(ctx: Context, query: FeedQuery, after: FeedCursor | typeof first): Promise<Part> {
  const { organisationId } = ctx.actor;
  return inOwnOrganisation(ctx, async (tx) => {
    const requester = requesterOf(ctx.actor);
    if (
      requester &&
      !(await mayStill(ctx.services, tx, organisationId, requester, triageVerbs.export.permission))
    )
      throw new ServiceError("forbidden", "Whoever exports may not do so any more. The file is incomplete.");
    const readable = readableIds(await listAccess(ctx, tx));
    const ids = await findDetections(tx, queryOf(ctx, query), {
      readable,
      order: "newest",
      cursor: after === first ? null : after,
      limit: batchSize,
    });
    const [last] = await listFeedRows(tx, organisationId, ids.slice(-1));
    return {
      rows: await listExportRows(tx, organisationId, ids),
      next: last && ids.length === batchSize ? { rank: null, at: last.cursorAt, id: last.id } : null,
    };
  });
}
