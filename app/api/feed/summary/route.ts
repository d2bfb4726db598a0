import { answer } from "#lib/http/handler.ts";
import { getFeedSummary } from "#lib/triage/summary.ts";

export const dynamic = "force-dynamic";

/** Counts and health, for a list whose rows come by the stream. */
export function GET(request: Request): Promise<Response> {
  return answer(request, (ctx) => getFeedSummary(ctx));
}
