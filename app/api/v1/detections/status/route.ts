import { apiRoute } from "#lib/http/api.ts";
import { setDetectionStatus } from "#lib/triage/set-status.ts";
import { statusAnswer } from "../../_answers/status.ts";

export const dynamic = "force-dynamic";

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = apiRoute({
  setDetectionStatuses: async (ctx, { body }) => ({
    results: (await setDetectionStatus(ctx, body)).map(statusAnswer),
  }),
});
