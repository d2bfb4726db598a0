import { apiRoute } from "#lib/http/api.ts";
import { commentOnDetection } from "#lib/triage/comment.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  commentOnDetection: async (ctx, { params, body }) => commentOnDetection(ctx, { id: params.id, ...body }),
});
