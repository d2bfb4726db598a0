import { apiRoute } from "#lib/http/api.ts";
import { takeOverDetections } from "#lib/triage/take-over.ts";
import { ownerAnswer } from "../../../_answers/owner.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  takeOverDetection: async (ctx, { params, body }) =>
    ownerAnswer((await takeOverDetections(ctx, [{ id: params.id, from: body.from }]))[0]),
});
