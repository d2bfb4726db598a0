import { apiRoute } from "#lib/http/api.ts";
import { releaseDetections } from "#lib/triage/release.ts";
import { ownerAnswer } from "../../../_answers/owner.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  releaseDetection: async (ctx, { params }) => ownerAnswer((await releaseDetections(ctx, [params.id]))[0]),
});
