import type { VendorWords } from "../manifest.ts";
import type { ProblemEntry } from "../problem.ts";

/** Returns the problems that can occur in a response of any API. The texts name the API's provider. */
// long: one table
export function answerProblems({ provider }: Pick<VendorWords, "provider">) {
  return {
    throttled: {
      code: "throttled",
      concerns: "vendor",
      passes: true,
      message: `${provider} asks us to slow down: too many requests.`,
      remedy: `PocketSOC tries again by itself, as soon as ${provider} allows.`,
    },
    server_error: {
      code: "server_error",
      concerns: "vendor",
      passes: true,
      message: `${provider} has trouble of its own and could not answer.`,
      remedy: `PocketSOC tries again by itself. ${provider}'s status page may say more.`,
    },
    gateway_error: {
      code: "server_error",
      concerns: "vendor",
      passes: true,
      message: `${provider}, or a proxy on the way to it, has trouble of its own and could not answer.`,
      remedy: `PocketSOC tries again by itself. ${provider}'s status page or whoever runs the proxy may say more.`,
    },
    timeout: {
      code: "timeout",
      concerns: "vendor",
      passes: true,
      message: `${provider} did not answer in time.`,
      remedy: "PocketSOC tries again by itself. If it persists, check this server's way to the internet.",
    },
    network: {
      code: "network",
      concerns: "vendor",
      passes: true,
      message: `${provider} could not be reached from this server.`,
      remedy:
        "PocketSOC tries again by itself. If it persists, check DNS and the firewall. If only a proxy leads out of this network, name it in HTTPS_PROXY.",
    },
    not_json: {
      code: "not_json",
      concerns: "vendor",
      passes: true,
      message: `The answer did not come from ${provider}'s API: it isn't JSON. A proxy or sign-in page may stand in between.`,
      remedy: `Let this server reach ${provider} without a proxy that changes answers.`,
    },
    foreign_answer: {
      code: "not_json",
      concerns: "vendor",
      passes: true,
      message: `The answer did not come from ${provider}'s API. A proxy, a firewall or a sign-in page may stand in between.`,
      remedy: `PocketSOC tries again by itself. If it persists, let this server reach ${provider} without a proxy that answers in its place.`,
    },
    proxy_sign_in: {
      code: "not_json",
      concerns: "vendor",
      passes: true,
      message: `A proxy on the way to ${provider} asks this server to sign in, so ${provider} was not reached.`,
      remedy: "Let this server through the proxy without a sign-in.",
    },
    too_large: {
      code: "too_large",
      concerns: "vendor",
      message: "The answer was larger than any list of alerts should be.",
      remedy: "Tell whoever runs PocketSOC.",
    },
  } satisfies Record<string, ProblemEntry>;
}
