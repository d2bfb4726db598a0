import { apiRoute } from "#lib/http/api.ts";
import { undoStatusChanges } from "#lib/triage/undo-status.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  undoChange: async (ctx, { params }) => {
    const [result] = await undoStatusChanges(ctx, [params.id]);
    return { changeId: params.id, undone: result?.undone ?? false };
  },
});
