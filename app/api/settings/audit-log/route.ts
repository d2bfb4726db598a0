import type { NextRequest } from "next/server";
import { answer, Download } from "#lib/http/handler.ts";
import { exportAudit } from "#lib/core/audit/export.ts";

export const dynamic = "force-dynamic";

/** Returns the audit log as CSV, with the filters of the audit log's page. */
export function GET(request: NextRequest): Promise<Response> {
  const query = Object.fromEntries(request.nextUrl.searchParams);
  return answer(
    request,
    async (ctx) => new Download(await exportAudit(ctx, query), "text/csv", "audit-log.csv"),
  );
}
