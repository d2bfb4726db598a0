import { answer } from "#lib/http/handler.ts";
import { readSmallJson } from "#lib/http/small-body.ts";
import { acknowledgeNotified } from "#lib/alerting/delivery/acknowledge-from-notification.ts";

export const dynamic = "force-dynamic";

/** Handles the Acknowledge button of a notification. The person signed in on the device acknowledges the detection. */
export async function POST(request: Request): Promise<Response> {
  return answer(request, async (ctx) => acknowledgeNotified(ctx, await readSmallJson(request)));
}
