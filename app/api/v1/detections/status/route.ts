import { apiRoute } from "#lib/auth/api.ts";
import { setDetectionStatus } from "#lib/services/detections/set-status.ts";
import { statusAnswer } from "../../_answers/status.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  setDetectionStatuses: async (ctx, { body }) => ({
    results: (await setDetectionStatus(ctx, body)).map(statusAnswer),
  }),
});
