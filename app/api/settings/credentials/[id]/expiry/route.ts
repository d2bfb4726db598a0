import type { NextRequest } from "next/server";
import { answer, Download } from "#lib/http/handler.ts";
import { getExpiryCalendar } from "#lib/sources/configurations/calendar.ts";

export const dynamic = "force-dynamic";

/** Returns the day on which a secret expires, as a calendar file. */
export async function GET(
  request: NextRequest,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  const { id } = await params;
  return answer(
    request,
    async (ctx) => new Download(await getExpiryCalendar(ctx, id), "text/calendar", "secret-expiry.ics"),
  );
}
