import { ApiProblem, apiRoute } from "#lib/http/api.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  setDetectionStatus: async (ctx, { params, body: { expected, ...change } }) => {
    const [result] = await setDetectionStatus(ctx, { ...change, items: [{ id: params.id, expected }] });
    if (!result) throw new Error("no result for the one detection");
    if (result.outcome === "refused") throw new ApiProblem(result.code, result.message);
    return { id: result.id, outcome: result.outcome, changeId: result.changeId, undoMs: result.undoMs };
  },
});
