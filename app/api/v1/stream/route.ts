import { ApiProblem, apiRoute, EventStream } from "#lib/http/api.ts";
import { currentCredential } from "#lib/auth/session.ts";
import { ChangeNumber } from "#lib/schemas/api-requests.ts";
import { openHub } from "#lib/triage/stream/hub.ts";
import { openStream } from "#lib/triage/stream/open.ts";
import { processHub } from "#lib/triage/stream/process-hub.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  streamChanges: async (ctx, { query }, { headers }) => {
    const after = ChangeNumber.optional().safeParse(headers.get("last-event-id") || query.after);
    if (!after.success)
      throw new ApiProblem("invalid", "The Last-Event-ID is none of ours. Use it as an event gave it.");
    const from = after.data === undefined ? null : Number(after.data);
    const hub = processHub(() => openHub(ctx.services));
    const body = await openStream(ctx, hub, { after: from, credential: await currentCredential(ctx) });
    if (body) return new EventStream(body);
    throw new ApiProblem(
      "rate_limited",
      "You have ten streams open already, so no other was opened. Close one first.",
      { headers: { "retry-after": "30" } },
    );
  },
});
