import type { VendorWords } from "../../manifest.ts";
import type { ProblemEntry } from "../../problem.ts";
import { answerProblems } from "../answer-problems.ts";

/** Returns the problems for which Microsoft has no error code. The texts name the API's provider. */
export function entraProblems(words: Pick<VendorWords, "provider">) {
  return {
    ...answerProblems(words),
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
