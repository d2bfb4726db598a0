import type { ApiStatusResult } from "#lib/schemas/api.ts";
import type { StatusResult } from "#lib/triage/request-status.ts";

/** Converts the outcome of one detection's status change to the format of the HTTP API. */
export function statusAnswer(result: StatusResult): ApiStatusResult {
  const { id } = result;
  if (result.outcome !== "refused")
    return { id, outcome: result.outcome, changeId: result.changeId, undoMs: result.undoMs };
  return { id, outcome: "refused", code: result.code, message: result.message };
}
