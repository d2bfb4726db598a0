import type { Answer } from "../http.ts";
import { armError } from "./errors.ts";

/** A claims challenge: Resource Manager refuses a person's token if the token wasn't requested with these claims. */
export type Challenge = {
  id: string;
  objectId: string;
  /** the claims with which a token must be requested, as JSON */
  claims: string;
  /** if true, the person must sign in again; a refresh token doesn't satisfy the challenge */
  interactive: boolean;
};

/** Whether a `claims` parameter contains all of the challenge's claims. MSAL adds further claims. */
export function hasClaimsOf(parameter: string | null, challenge: Challenge): boolean {
  if (!parameter) return false;
  try {
    return isWithin(JSON.parse(challenge.claims), JSON.parse(parameter));
  } catch {
    // not JSON
    return false;
  }
}

function isWithin(part: unknown, whole: unknown): boolean {
  if (typeof part !== "object" || part === null) return part === whole;
  if (typeof whole !== "object" || whole === null || Array.isArray(part) !== Array.isArray(whole))
    return false;
  const elements = Object.values(whole) as unknown[];
  if (Array.isArray(part))
    return part.every((wanted) => elements.some((element) => isWithin(wanted, element)));
  return Object.entries(part).every(
    ([name, value]) =>
      Object.hasOwn(whole, name) && isWithin(value, (whole as Record<string, unknown>)[name]),
  );
}

/** Returns Resource Manager's 401 with the claims challenge in a header. */
export function challengeAnswer({ claims }: Challenge, authorityHost: string): Answer {
  const encoded = Buffer.from(claims).toString("base64");
  const header = `Bearer realm="", authorization_uri="${authorityHost}/common/oauth2/authorize", error="insufficient_claims", claims="${encoded}"`;
  return armError(401, "InvalidAuthenticationToken", "The access token lacks claims that are required.", {
    "www-authenticate": header,
  });
}
