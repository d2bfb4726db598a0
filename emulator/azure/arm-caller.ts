import type { Answer } from "../http.ts";
import { armError } from "./errors.ts";
import type { Keys } from "./keys.ts";

/**
 * The sender of a request. `principal` is the id that roles are assigned to: an application's client id, or a person's
 * object id.
 */
export type Caller = {
  principal: string;
  clientId: string;
  tenantId: string;
  objectId: string;
  /** ids of the claims challenges that the token satisfies */
  satisfies: string[];
};

/** Returns the sender of a request with this bearer token, or Resource Manager's 401 if it refuses the token. */
export async function callerOf(
  keys: Keys,
  endpoint: string,
  authorization: string | undefined,
): Promise<Caller | { answer: Answer }> {
  if (!authorization?.startsWith("Bearer "))
    return {
      answer: armError(
        401,
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing.",
      ),
    };
  try {
    const claims = await keys.verify(authorization.slice(7));
    if (claims.aud !== endpoint) throw new Error("audience");
    const [clientId, objectId] = [String(claims.appid), String(claims.oid)];
    const satisfies = (claims.satisfies ?? []) as string[];
    const principal = claims.scp === "user_impersonation" ? objectId : clientId;
    return { principal, clientId, tenantId: String(claims.tid), objectId, satisfies };
  } catch (error) {
    const expired = error instanceof Error && "code" in error && error.code === "ERR_JWT_EXPIRED";
    return {
      answer: armError(
        401,
        expired ? "ExpiredAuthenticationToken" : "InvalidAuthenticationToken",
        expired
          ? "The access token expiry UTC time is earlier than current UTC time."
          : "The access token is invalid.",
      ),
    };
  }
}
