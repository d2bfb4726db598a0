import type { Egress } from "#lib/platform/egress.ts";
import { isCertificateError, proxyRemedy, throughProxy } from "#lib/platform/proxy-problem.ts";
import type { VendorWords } from "../manifest.ts";
import { problemOf, type VendorProblem } from "../problem.ts";
import { answerProblems } from "./answer-problems.ts";

/**
 * Builds the problem of a call that got no whole answer: `timeout` or `network`. If the call went through a proxy, the
 * message names the proxy and says how it failed.
 */
export function transportProblem(
  words: Pick<VendorWords, "provider">,
  { address, error, egress }: { address: string; error: unknown; egress: Egress },
): VendorProblem {
  const { provider } = words;
  const name = error instanceof Error ? error.name : "";
  const isLate = name === "TimeoutError" || name === "AbortError";
  const problem = problemOf(answerProblems(words)[isLate ? "timeout" : "network"]);
  if (isCertificateError(error))
    return {
      ...problem,
      message: `This server doesn't trust the certificate with which ${provider} answered, so nothing was sent.`,
      remedy:
        "PocketSOC tries again by itself. If a proxy inspects TLS here, add its certificate authority to the file that NODE_EXTRA_CA_CERTS names, and restart.",
    };
  const route = egress.problemOf(address, error);
  if (!route) return problem;
  const { host } = new URL(address);
  const message = isLate
    ? `${provider} did not answer in time ${throughProxy(route)}.`
    : `${provider} could not be reached ${throughProxy(route)}.`;
  const remedy = `PocketSOC tries again by itself. If it persists, ${proxyRemedy(route, host)}.`;
  return { ...problem, message, remedy };
}
