import type { ProblemDetail, VendorError } from "../../problem.ts";
import { answerError, type EntraApi } from "./api.ts";
import { entraTable } from "./entra-errors.ts";

/** Entra ID's answer by its number; what we don't know is refused with the number kept. */
export function entraError(
  api: Pick<EntraApi, "words">,
  numbers: readonly number[],
  httpStatus: number,
  detail: Omit<ProblemDetail, "vendorCode"> = {},
): VendorError {
  const known = numbers.find((number) => entraTable[number]);
  const more = { ...detail, vendorCode: numbers[0] ? `AADSTS${known ?? numbers[0]}` : null };
  const entry = known === undefined ? undefined : entraTable[known];
  if (entry) return answerError(api, entry, more);
  if (httpStatus === 429) return answerError(api, "throttled", more);
  if (httpStatus >= 500) return answerError(api, "server_error", more);
  return answerError(
    api,
    {
      code: "sign_in_refused",
      message: "Entra ID refused the application's sign-in.",
      remedy: "Check Tenant ID, Application ID and Client Secret.",
    },
    more,
  );
}
