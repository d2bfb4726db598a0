import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, send } from "../http.ts";
import { armAnswer } from "./arm-answers.ts";
import { armError, entraError } from "./errors.ts";
import type { Fault } from "./store.ts";

const throttled = (headers: Record<string, string>) =>
  armError(429, "SubscriptionRequestsThrottled", "Number of 'read' requests for subscription exceeded.", {
    "x-ms-ratelimit-remaining-subscription-reads": "0",
    ...headers,
  });

/**
 * Answers a request with a fault that a test has set. `hang` means that no answer comes, `reset` that the connection is
 * destroyed.
 */
export function answerWithFault(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  armEndpoint: string,
): void {
  const answers: Record<string, () => Answer> = {
    "429": () => throttled({ "retry-after": String(fault.retryAfterSeconds) }),
    "429-no-retry-after": () => throttled({}),
    "500": () => armError(500, "InternalServerError", "Something failed."),
    "503": () => armError(503, "ServerTimeout", "The request timed out."),
    "401": () => armError(401, "InvalidAuthenticationToken", "The access token is invalid."),
    "403": () => armError(403, "AuthorizationFailed", "The client does not have authorization."),
    "404": () => armError(404, "SubscriptionNotFound", "The subscription could not be found."),
    "html-200": () => ({ status: 200, html: "<html><body>Sign in to the network</body></html>" }),
    // a page of an inspecting proxy, or an answer that was cut off on the way
    html: () => ({
      status: fault.status ?? 403,
      html: "<html><body>Blocked by your organisation</body></html>",
    }),
    empty: () => ({ status: fault.status ?? 403 }),
    arm: () => armAnswer(fault.error ?? "", fault.status),
    "200-error-body": () => ({ status: 200, body: { error: { code: "Failed", message: "It failed." } } }),
    "not-a-list": () => ({ status: 200, body: { value: "none" } }),
    "next-link-other-host": () => ({
      status: 200,
      body: { value: [], nextLink: "https://localhost:1/steal" },
    }),
    "next-link-http": () => ({
      status: 200,
      body: { value: [], nextLink: `${armEndpoint.replace("https:", "http:")}${request.url}` },
    }),
    "next-link-loop": () => ({ status: 200, body: { value: [], nextLink: `${armEndpoint}${request.url}` } }),
    // Resource Manager puts the list together from regions, and one of them may fail
    "list-with-error": () => ({
      status: 200,
      body: { value: [], error: { code: "ServerTimeout", message: "A region did not answer in time." } },
    }),
    "next-link-unreadable": () => ({ status: 200, body: { value: [], nextLink: { page: 2 } } }),
    aadsts: () => entraError(fault.code, fault),
  };
  const makeAnswer = answers[fault.kind];
  if (makeAnswer) send(response, makeAnswer());
  else if (fault.kind === "body") {
    response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
    response.end(fault.text);
  } else if (fault.kind === "reset") response.destroy();
  else if (fault.kind === "truncated") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"value":[{"id":');
    setTimeout(() => response.destroy(), 50);
  } else if (fault.kind !== "hang") send(response, armError(500, "UnknownFault", fault.kind));
}
