import type { VendorProblem } from "../problem.ts";

/** Replacements for texts and flags of Resource Manager's problems when the call used a person's own account. */
export const personOverrides: Readonly<Record<string, Partial<VendorProblem>>> = {
  role_missing: {
    message: "Your Azure account may not read this subscription's alerts: it has no fitting role there.",
    remedy: "Ask for Security Reader or Security Admin on this subscription.",
  },
  role_missing_write: {
    message: "Azure refused the change: your account may read alerts but not change them.",
    remedy: "Ask for Security Admin on this subscription.",
  },
  subscription_not_found: {
    message: "Azure knows no subscription with this Subscription ID, or your account can't see it.",
    remedy: "Check the Subscription ID, and that your account has a role on it.",
  },
  deny_assignment: {
    message: "A deny assignment keeps your Azure account from this subscription's alerts.",
  },
  claims_challenge: {
    code: "sign_in_needed",
    passes: false,
    message:
      "A policy of the directory asks for a new sign-in with your Azure account, perhaps with a second factor.",
    remedy: "Sign in again with that account.",
  },
  policy_refused: {
    message:
      "A policy in Azure refused the request. Azure asks for a sign-in with the second factor before changes. Nothing is wrong with your roles.",
    remedy:
      "Sign in again with your Azure account and its second factor, then decide again. If that changes nothing, ask whoever runs Azure Policy.",
  },
  // the token has just been renewed, so another retry won't help
  token_refused: {
    code: "sign_in_needed",
    passes: false,
    message: "Azure refuses your account's sign-in, though it was renewed a moment ago.",
    remedy: "Sign in again with that account.",
  },
};
