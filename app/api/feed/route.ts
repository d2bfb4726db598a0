import type { NextRequest } from "next/server";
import { answer } from "#lib/http/handler.ts";
import { FeedQuery } from "#lib/schemas/detections.ts";
import { listDetections } from "#lib/triage/list.ts";

export const dynamic = "force-dynamic";

/** Returns a page of the feed, for the list in the browser. */
export function GET(request: NextRequest): Promise<Response> {
  const parameters = Object.fromEntries(request.nextUrl.searchParams);
  return answer(request, (ctx) =>
    listDetections(ctx, FeedQuery.parse(parameters), parameters.cursor ?? null),
  );
}
