import type { Answer } from "../http.ts";
import { armError } from "./errors.ts";

/** What a person's tokens must have been asked with before Resource Manager takes them (again). */
export type Challenge = {
  id: string;
  objectId: string;
  /** as JSON */
  claims: string;
  /** only a fresh sign-in answers it */
  interactive: boolean;
};

/** Whether a `claims` parameter carries the challenge's claims, among others: MSAL adds its own. */
export function carries(parameter: string | null, challenge: Challenge): boolean {
  if (!parameter) return false;
  try {
    return isWithin(JSON.parse(challenge.claims), JSON.parse(parameter));
  } catch {
    return false;
  }
}

function isWithin(part: unknown, whole: unknown): boolean {
  if (typeof part !== "object" || part === null) return part === whole;
  if (typeof whole !== "object" || whole === null || Array.isArray(part) !== Array.isArray(whole))
    return false;
  const inWhole = Object.values(whole) as unknown[];
  if (Array.isArray(part)) return part.every((one) => inWhole.some((other) => isWithin(one, other)));
  return Object.entries(part).every(
    ([name, value]) =>
      Object.hasOwn(whole, name) && isWithin(value, (whole as Record<string, unknown>)[name]),
  );
}

/** Resource Manager's 401 with the challenge in its header. */
export function challengeAnswer({ claims }: Challenge, authorityHost: string): Answer {
  const encoded = Buffer.from(claims).toString("base64");
  const header = `Bearer realm="", authorization_uri="${authorityHost}/common/oauth2/authorize", error="insufficient_claims", claims="${encoded}"`;
  return armError(401, "InvalidAuthenticationToken", "The access token lacks claims that are required.", {
    "www-authenticate": header,
  });
}
