import { apiRoute } from "#lib/http/api.ts";
import { setReference } from "#lib/triage/reference.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  setDetectionReference: async (ctx, { params, body }) => setReference(ctx, { id: params.id, ...body }),
});
