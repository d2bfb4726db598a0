import { type PromisedBackoff, promisedBackoffMs } from "#lib/domain/backoff.ts";
import type { OutgoingAnswer } from "#lib/platform/outgoing-http.ts";
import { proxyRemedy, throughProxy } from "#lib/platform/proxy-problem.ts";

/** the waits between attempts, as documented in docs/outgoing-webhook.md; the final attempt follows the last wait */
const backoff: PromisedBackoff = [5, 30, 120, 600, 1_800, 7_200, 18_000].map((seconds) => seconds * 1_000);

export type Verdict = {
  state: "delivered" | "failed" | "waiting";
  status: number | null;
  /** a sentence that says why the event wasn't delivered; null if the event was delivered */
  problem: string | null;
  /** ms until the next attempt; missing if there is no further attempt */
  dueInMs?: number;
  /** present if the receiver wants no more events */
  isGone?: true;
};

/** Decides from the receiver's answer what happens to the event. `attempt` is 1 for the first attempt. */
export function verdictOf(answer: OutgoingAnswer, attempt: number): Verdict {
  switch (answer.outcome) {
    case "refused":
      return {
        state: "failed",
        status: null,
        problem: `PocketSOC didn't call the receiver: ${answer.why}. Whoever runs PocketSOC can allow its host with POCKETSOC_OUTGOING_HOSTS.`,
      };
    case "unreachable":
      return retryLater(attempt, null, unreachableProblem(answer), 0);
    case "answered":
      return verdictOfStatus(answer.status, answer.retryAfterMs ?? 0, attempt);
  }
}

function unreachableProblem({ why, proxy }: Extract<OutgoingAnswer, { outcome: "unreachable" }>): string {
  if (!proxy || (why === "silence" && proxy.failure === null)) return unreachableText[why];
  if (why === "certificate")
    return `${unreachableText[why]} If the proxy inspects TLS, the file that NODE_EXTRA_CA_CERTS names needs its certificate authority.`;
  if (why === "name")
    return `${unreachableText.name} PocketSOC calls ${throughProxy(proxy)} only hosts that it could look up, or that POCKETSOC_OUTGOING_HOSTS names.`;
  const remedy = proxyRemedy(proxy, "the receiver's host");
  return `The receiver could not be reached ${throughProxy(proxy)}. Whoever runs PocketSOC should ${remedy}.`;
}

const unreachableText = {
  name: "The receiver's name isn't known in DNS.",
  connection: "No connection to the receiver could be made, or it broke off.",
  certificate: "The receiver's certificate isn't trusted, so nothing was sent.",
  silence: "The receiver didn't answer within 10 seconds.",
};

function verdictOfStatus(status: number, retryAfterMs: number, attempt: number): Verdict {
  if (status >= 200 && status < 300) return { state: "delivered", status, problem: null };
  const failed = (problem: string): Verdict => ({ state: "failed", status, problem });
  if (status === 410)
    return {
      ...failed("The receiver answered 410: it wants no more. The webhook was switched off."),
      isGone: true,
    };
  if (status === 408 || status === 429 || status >= 500)
    return retryLater(attempt, status, `The receiver could not take it (${status}).`, retryAfterMs);
  if (status === 401 || status === 403)
    return failed(
      `The receiver turned it down (${status}). See that it verifies signatures with the secret in use.`,
    );
  if (status >= 300 && status < 400)
    return failed(
      `The receiver answered with a redirect (${status}), which isn't followed. Enter the address that it leads to.`,
    );
  return failed(`The receiver turned it down (${status}). See that the address is right.`);
}

function retryLater(attempt: number, status: number | null, problem: string, minDelayMs: number): Verdict {
  const dueInMs = promisedBackoffMs(backoff, attempt, minDelayMs);
  if (dueInMs === null)
    return { state: "failed", status, problem: `${problem} That was the last of ${attempt} attempts.` };
  return { state: "waiting", status, problem, dueInMs };
}
