import { ApiProblem, apiRoute } from "#lib/http/api.ts";
import { acknowledgeDetections } from "#lib/triage/acknowledge.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  acknowledgeDetection: async (ctx, { params }) => {
    const [result] = await acknowledgeDetections(ctx, [params.id]);
    if (!result || result.outcome === "not_found")
      throw new ApiProblem("not_found", "This detection isn't in your organisation, or it was deleted.");
    const changeId = result.outcome === "acknowledged" ? result.changeId : null;
    return { id: result.id, outcome: result.outcome, by: result.by, changeId };
  },
});
