import { answer } from "#lib/http/handler.ts";
import { readSmallJson } from "#lib/http/small-body.ts";
import { acknowledgeNotified } from "#lib/alerting/delivery/acknowledge-from-notification.ts";

export const dynamic = "force-dynamic";

/** Handles the Acknowledge button of a notification, for the person who is signed in on that device. */
export async function POST(request: Request): Promise<Response> {
  return answer(request, async (ctx) => acknowledgeNotified(ctx, await readSmallJson(request)));
}
