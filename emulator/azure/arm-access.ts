import type { Answer } from "../http.ts";
import type { Caller } from "./arm-caller.ts";
import { armError } from "./errors.ts";
import { isAllowed, type RoleName } from "./roles.ts";
import type { Subscription } from "./directory.ts";
import type { Store } from "./store.ts";

/** A request about an existing subscription, from an authenticated caller. */
export type ArmRequest = {
  method: string;
  url: URL;
  body: string;
  /** the segments of the path that follow the subscription and the resource group, in lower case */
  path: string[];
  /** the id of the resource group in the request's path, or of the subscription if the path has no resource group */
  scope: string;
  subscription: Subscription;
  caller: Caller;
};

export const rolesOf = (store: Store, { caller, subscription }: ArmRequest): RoleName[] =>
  store.rolesOf(caller.principal, subscription.id);

/** Returns null if one of the caller's roles allows the action; otherwise a 403. */
export const refuse = (store: Store, request: ArmRequest, action: string): Answer | null =>
  isAllowed(rolesOf(store, request), action) ? null : forbidden(request, action);

export const forbidden = ({ caller, subscription }: ArmRequest, action: string): Answer =>
  armError(
    403,
    "AuthorizationFailed",
    `The client '${caller.principal}' with object id '${caller.objectId}' does not have authorization to perform action '${action}' over scope '/subscriptions/${subscription.id}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );

/** Returns null if the request's api-version is in `known`; otherwise a 400. */
export function refuseVersion(url: URL, ...known: string[]): Answer | null {
  const version = url.searchParams.get("api-version");
  if (!version)
    return armError(
      400,
      "MissingApiVersionParameter",
      "The api-version query parameter (?api-version=) is required for all requests.",
    );
  if (known.includes(version)) return null;
  return armError(
    400,
    "NoRegisteredProviderFound",
    `No registered resource provider found for API version '${version}'.`,
  );
}
