import { answer } from "#lib/http/handler.ts";
import { getSessionTime } from "#lib/identity/sessions/time.ts";

export const dynamic = "force-dynamic";

/** Returns how long the session lasts. Doesn't keep the session alive. */
export function GET(request: Request): Promise<Response> {
  return answer(request, getSessionTime);
}

/** Keeps the session alive. A page calls it after clicks and keys. */
export function POST(request: Request): Promise<Response> {
  return answer(request, getSessionTime);
}
