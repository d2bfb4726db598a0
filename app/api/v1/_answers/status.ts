import type { ApiStatusResult } from "#lib/schemas/api.ts";
import type { StatusResult } from "#lib/triage/set-status.ts";

/** The outcome of one detection's change in the API's words. */
export function statusAnswer(result: StatusResult): ApiStatusResult {
  const { id } = result;
  if (result.outcome === "held")
    return { id, outcome: "held", changeId: result.changeId, undoMs: result.undoMs };
  return { id, outcome: "refused", code: result.code, message: result.message };
}
