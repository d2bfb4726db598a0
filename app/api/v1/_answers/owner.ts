import { ApiProblem } from "#lib/http/api.ts";
import type { OwnerResult } from "#lib/triage/take-over.ts";

/** Converts the result of a change of the owner to the format of the HTTP API. Throws ApiProblem if it was refused. */
export function ownerAnswer(result: OwnerResult | undefined) {
  if (!result) throw new Error("no result for the one detection");
  if (result.outcome === "refused") throw new ApiProblem(result.code, result.message);
  return { id: result.id, changeId: result.changeId, undoMs: result.undoMs };
}
