import type { ProblemDetail, ProblemEntry, VendorError } from "../../problem.ts";
import { answerError, type EntraApi } from "./api.ts";
import { entraTable } from "./entra-errors.ts";
import { policy } from "./entra-kinds.ts";

/**
 * Builds the error for an answer of Entra ID from the answer's AADSTS numbers. If no number is known, the HTTP status
 * decides: `throttled`, `server_error` or `sign_in_refused`. `vendorCode` is the known number, or else the first number.
 */
export function entraError(
  api: Pick<EntraApi, "words">,
  numbers: readonly number[],
  httpStatus: number,
  detail: Omit<ProblemDetail, "vendorCode"> = {},
): VendorError {
  const known = numbers.find((number) => entraEntry(number));
  const details = { ...detail, vendorCode: numbers[0] ? `AADSTS${known ?? numbers[0]}` : null };
  const entry = known === undefined ? null : entraEntry(known);
  if (entry) return answerError(api, entry, details);
  if (httpStatus === 429) return answerError(api, "throttled", details);
  if (httpStatus >= 500) return answerError(api, "server_error", details);
  return answerError(
    api,
    {
      code: "sign_in_refused",
      message: "Entra ID refused the application's sign-in.",
      remedy:
        "Check Tenant ID and Application ID. The directory's sign-in logs, and Microsoft's page login.microsoftonline.com/error, explain the error code.",
    },
    details,
  );
}

const unknownPolicy = policy("A policy of the directory blocks this sign-in.");

/** Returns the problem for an AADSTS number, or null if nothing is known about it. */
function entraEntry(number: number): ProblemEntry | null {
  const known = entraTable[number];
  if (known) return known;
  // all numbers of this range are about Conditional Access and similar policies
  const isPolicy = (number >= 53_000 && number < 53_100) || (number >= 530_000 && number < 530_100);
  return isPolicy ? unknownPolicy : null;
}

/**
 * Returns the AADSTS numbers of an answer: those in `error_codes`, or else the one with which the description begins. Some
 * endpoints leave the list out or write its numbers as texts.
 */
export function numbersIn({
  error_codes: listed,
  error_description: text,
}: Record<string, unknown>): number[] {
  const numbers = (Array.isArray(listed) ? listed : [listed])
    .map((code) => (typeof code === "string" ? listedNumber(code) : code))
    .filter((code): code is number => typeof code === "number");
  if (numbers.length > 0) return numbers;
  const [, described] = (typeof text === "string" && /^\s*AADSTS(\d{4,9})\b/i.exec(text)) || [];
  return described ? [Number(described)] : [];
}

/** Returns the number that a text in the list holds, such as "AADSTS50076"; the text itself if it holds none. */
function listedNumber(text: string): number | string {
  const [, number] = /^\s*(?:AADSTS)?(\d{4,9})\s*$/i.exec(text) ?? [];
  return number ? Number(number) : text;
}
