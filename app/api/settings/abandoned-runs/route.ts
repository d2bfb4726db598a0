import { z } from "zod";
import { answer } from "#lib/http/handler.ts";
import { readSmallJson } from "#lib/http/small-body.ts";
import { abandonRun } from "#lib/sources/configurations/abandon.ts";

export const dynamic = "force-dynamic";

const Body = z.object({ id: z.unknown() }).catch({ id: null });

/** Receives the message that a person left the page of a running check. The check then saves nothing. */
export function POST(request: Request): Promise<Response> {
  return answer(request, async (ctx) => {
    await abandonRun(ctx, Body.parse(await readSmallJson(request)).id);
    return { ok: true };
  });
}
