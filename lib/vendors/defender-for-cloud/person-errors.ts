import type { VendorProblem } from "../contract.ts";

/** What some failures mean when a person's own account asks, through an application that has no secret. */
const personal: Readonly<Record<string, Partial<VendorProblem>>> = {
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
  secret_missing: {
    code: "redirect_wrong",
    field: "applicationId",
    message: "The redirect URI is registered under Web, where Entra ID wants a secret.",
    remedy: "Move it to Mobile and desktop applications, under Authentication.",
  },
  public_client: {
    message: "Entra ID takes no secret for this redirect URI, and was sent none by us.",
    remedy: "Begin the sign-in again. If it stays, look at the app's Authentication page.",
  },
  consent_missing: {
    message: "Nobody has consented to this application in the directory.",
    remedy:
      "Ask an administrator of the directory to open the consent link in the guide, then sign in again.",
  },
  not_assigned: {
    message: "Your account isn't assigned to the application.",
    remedy: "Ask for the assignment under Enterprise applications > Users and groups, then sign in again.",
  },
  // renewed a moment before, so trying again by itself helps no more
  token_refused: {
    code: "sign_in_needed",
    transient: false,
    message: "Azure refuses your account's sign-in, though it was renewed a moment ago.",
    remedy: "Sign in again with that account.",
  },
  account_disabled: {
    message: "Your Azure account is disabled.",
    remedy: "Ask an administrator of the directory to enable it, then sign in again.",
  },
  sign_in_refused: {
    message: "Entra ID refused the sign-in.",
    remedy: "Begin again; if it stays, give the number to an administrator of the directory.",
  },
};

/** The same problem, told to the person whose account met it. */
export function forPerson(problem: VendorProblem): VendorProblem {
  const said = Object.hasOwn(personal, problem.code) ? personal[problem.code] : undefined;
  return said ? { ...problem, ...said } : problem;
}
