import { z } from "zod";
import { answer } from "#lib/http/handler.ts";
import { abandonRun } from "#lib/sources/configurations/abandon.ts";

export const dynamic = "force-dynamic";

const Body = z.object({ id: z.unknown() }).catch({ id: null });

/** Reports that the page of a running check was left, so that nothing is saved. */
export function POST(request: Request): Promise<Response> {
  return answer(request, async (ctx) => {
    const text = (await request.text()).slice(0, 200);
    await abandonRun(ctx, Body.parse(parse(text)).id);
    return { ok: true };
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
