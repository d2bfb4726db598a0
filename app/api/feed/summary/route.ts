import { answer } from "#lib/http/handler.ts";
import { getFeedSummary } from "#lib/triage/summary.ts";

export const dynamic = "force-dynamic";

/** Returns the feed's counts and the configurations' health, for a list whose rows the stream delivers. */
export function GET(request: Request): Promise<Response> {
  return answer(request, (ctx) => getFeedSummary(ctx));
}
