import { answer } from "#lib/auth/handler.ts";
import { readSmallJson } from "#lib/auth/small-body.ts";
import { acknowledgeTold } from "#lib/services/notifications/acknowledge.ts";

export const dynamic = "force-dynamic";

/** The Acknowledge button of a notification, as the person who is signed in there. */
export async function POST(request: Request): Promise<Response> {
  return answer(request, async (ctx) => acknowledgeTold(ctx, await readSmallJson(request)));
}
