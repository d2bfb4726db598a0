import type { Answer } from "../http.ts";
import { armError } from "./errors.ts";
import { regions } from "./seed-alerts.ts";

type ArmAnswer = {
  statuses: number[];
  text: string;
  /** the fault targets for which Resource Manager gives this answer; absent if it gives the answer for all */
  targets?: string[];
};

const provider = "Microsoft.Security";
const alerts = ["list", "get", "status"];

/**
 * Error codes of Resource Manager that a fault of the kind `arm` can answer with. The codes and statuses are from published
 * recordings and threads; the texts are Microsoft's where they were published, and shortened otherwise.
 */
const answers: Record<string, ArmAnswer> = {
  MissingSubscriptionRegistration: {
    statuses: [409],
    text: `The subscription is not registered to use namespace '${provider}'. See https://aka.ms/rps-not-found for how to register subscriptions.`,
  },
  DisallowedProvider: {
    statuses: [400],
    text: `The operation is not permitted for namespace '${provider}'. List of permitted provider namespaces is 'Microsoft.Authorization'.`,
  },
  NoRegisteredProviderFound: {
    statuses: [400],
    text: `No registered resource provider found for location '${regions[0]}' and API version '2022-01-01' for type 'alerts'.`,
  },
  InvalidResourceType: {
    statuses: [404],
    text: `The resource type 'alerts' could not be found in the namespace '${provider}' for api version '2022-01-01'.`,
  },
  InvalidResourceNamespace: {
    statuses: [404],
    text: `The resource namespace '${provider}' is invalid.`,
  },
  ResourceNotFound: { statuses: [404], text: "The resource was not found.", targets: ["get", "status"] },
  RequestDisallowedByPolicy: {
    statuses: [403],
    text: "Resource was disallowed by policy. Reasons: 'Multi-factor authentication is required for this operation.'",
    targets: ["status", "simulate"],
  },
  ScopeLocked: {
    statuses: [409],
    text: "The scope cannot perform write operation because following scope(s) are locked. Please remove the lock and try again.",
    targets: ["status", "simulate"],
  },
  ReadOnlyDisabledSubscription: {
    statuses: [403, 409],
    text: "The subscription is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.",
    targets: ["status", "simulate"],
  },
  DisabledSubscription: { statuses: [403], text: "The subscription is disabled." },
  AuthorizationFailed: { statuses: [403], text: "The client does not have authorization." },
  LinkedAuthorizationFailed: {
    statuses: [403],
    text: "The client does not have permission to perform the action on the linked scope(s).",
  },
  DenyAssignmentAuthorizationFailed: {
    statuses: [403],
    text: "The client has permission, however, the access is denied because of the deny assignment.",
  },
  SubscriptionRequestsThrottled: {
    statuses: [429],
    text: "Number of requests for subscription exceeded. Please try again later.",
  },
  Conflict: { statuses: [409], text: "The request conflicts with another one.", targets: alerts },
  GatewayTimeout: { statuses: [504], text: "The gateway did not receive a response in time." },
};

/** Returns why a fault of the kind `arm` is impossible at Resource Manager, or null if it is possible. */
export function armFaultProblem(target: string, code: string, status: number | undefined): string | null {
  const known = Object.hasOwn(answers, code) ? answers[code] : undefined;
  if (!known) return `Resource Manager has no error code ${code} here`;
  if (status !== undefined && !known.statuses.includes(status)) return `${code} never has status ${status}`;
  if (known.targets && !known.targets.includes(target)) return `${code} is no answer for ${target}`;
  return null;
}

/** Returns Resource Manager's answer with an error code. Throws an Error for an unknown code. */
export function armAnswer(code: string, status: number | undefined): Answer {
  const known = answers[code];
  if (!known) throw new Error(`no answer with code ${code}`);
  return armError(status ?? known.statuses[0] ?? 400, code, known.text);
}
