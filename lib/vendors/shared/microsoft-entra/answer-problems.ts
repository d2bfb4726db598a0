import type { VendorWords } from "../../manifest.ts";
import type { ProblemEntry } from "../../problem.ts";

/** Problems with Microsoft's responses that have no code of Microsoft's own. Texts name the API's provider. */
// long: a table of sentences
export function answerProblems({ provider }: Pick<VendorWords, "provider">) {
  return {
    throttled: {
      code: "throttled",
      concerns: "vendor",
      passes: true,
      message: `${provider} asks us to slow down: too many requests.`,
      remedy: `It is tried again by itself, as soon as ${provider} allows.`,
    },
    server_error: {
      code: "server_error",
      concerns: "vendor",
      passes: true,
      message: `${provider} has trouble of its own and could not answer.`,
      remedy: `It is tried again by itself. ${provider}'s status page may say more.`,
    },
    timeout: {
      code: "timeout",
      concerns: "vendor",
      passes: true,
      message: `${provider} did not answer in time.`,
      remedy: "It is tried again by itself. If it stays, check this server's way to the internet.",
    },
    network: {
      code: "network",
      concerns: "vendor",
      passes: true,
      message: `${provider} could not be reached from this server.`,
      remedy: "It is tried again by itself. If it stays, check DNS, the proxy and the firewall.",
    },
    not_json: {
      code: "not_json",
      concerns: "vendor",
      passes: true,
      message: `The answer did not come from ${provider}'s API: it isn't JSON. A proxy or sign-in page may stand in between.`,
      remedy: `Let this server reach ${provider} without a proxy that changes answers.`,
    },
    too_large: {
      code: "too_large",
      concerns: "vendor",
      message: "The answer was larger than any list of alerts should be.",
      remedy: "Tell whoever runs PocketSOC.",
    },
    wrong_cloud: {
      code: "wrong_cloud",
      field: "cloud",
      message: "This directory belongs to another of Microsoft's clouds than the one chosen.",
      remedy: "Choose the cloud that the directory is in, such as Azure US Government.",
    },
    sign_in_needed: {
      code: "sign_in_needed",
      concerns: "person",
      needsSignIn: true,
      message: "Microsoft wants you to sign in again.",
      remedy: "Sign in again with that account.",
    },
    sign_in_cancelled: {
      code: "sign_in_cancelled",
      message: "The sign-in at Microsoft was cancelled, or consent was not given.",
      remedy:
        "Begin again when you are ready. Where consent is missing, an administrator of the directory can give it.",
    },
    other_tenant: {
      code: "other_tenant",
      field: "tenantId",
      message: "You signed in with an account of another directory than this configuration's.",
      remedy: "Sign in again and choose an account of the directory with this Tenant ID.",
    },
    answer_foreign: {
      code: "answer_foreign",
      message: "The answer from Microsoft doesn't belong to the sign-in that was begun here.",
      remedy: "Begin the sign-in again from PocketSOC.",
    },
  } satisfies Record<string, ProblemEntry>;
}
