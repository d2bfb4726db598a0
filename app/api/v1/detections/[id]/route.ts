import { apiRoute } from "#lib/http/api.ts";
import { getDetection } from "#lib/triage/get.ts";
import { detectionAnswer } from "../../_answers/detection.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  getDetection: async (ctx, { params }) => detectionAnswer(await getDetection(ctx, params.id)),
});
