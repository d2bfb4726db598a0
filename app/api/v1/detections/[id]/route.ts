import { apiRoute } from "#lib/auth/api.ts";
import { getDetection } from "#lib/services/detections/get.ts";
import { detectionAnswer } from "../../_answers/detection.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  getDetection: async (ctx, { params }) => detectionAnswer(await getDetection(ctx, params.id)),
});
