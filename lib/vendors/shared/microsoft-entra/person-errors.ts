import type { VendorProblem } from "../../problem.ts";
import { withErrorCode } from "../error-code.ts";
import type { EntraApi } from "./api.ts";

type Overrides = Readonly<Record<string, Partial<VendorProblem>>>;

/** Replacements for a problem's texts and flags when the call used a person's own account. */
const personOverrides = (account: string): Overrides => ({
  secret_missing: {
    code: "redirect_wrong",
    field: "applicationId",
    message: "The redirect URI is registered under Web, where Entra ID wants a secret.",
    remedy: "Move it to Mobile and desktop applications, under Authentication.",
  },
  public_client: {
    message: "Entra ID takes no secret for this redirect URI, and was sent none by us.",
    remedy: "Begin the sign-in again. If it persists, look at the app's Authentication page.",
  },
  consent_missing: {
    remedy:
      "Ask an administrator of the directory to open the consent link in the guide, then sign in again.",
  },
  app_not_installed: {
    code: "consent_missing",
    remedy:
      "Ask an administrator of the directory to open the consent link in the guide, which creates it. Then sign in again.",
  },
  blocked_by_policy: {
    remedy: `Ask whoever runs the directory's policies to allow your ${account} to use PocketSOC, then sign in again.`,
  },
  second_factor: {
    code: "sign_in_needed",
    remedy: "Sign in again with that account and its second factor.",
  },
  second_factor_setup: {
    code: "sign_in_needed",
    remedy:
      "Sign in again and set the second factor up when Microsoft asks. If Microsoft doesn't let you, ask an administrator of the directory.",
  },
  not_assigned: {
    message: "Your account isn't assigned to the application.",
    remedy: "Ask for the assignment under Enterprise applications > Users and groups, then sign in again.",
  },
  // the limits are per account
  throttled: { concerns: "person" },
  account_disabled: {
    message: `Your ${account} is disabled.`,
    remedy: "Ask an administrator of the directory to enable it, then sign in again.",
  },
  sign_in_refused: {
    message: "Entra ID refused the sign-in.",
    remedy: "Begin again; if it persists, give the number to an administrator of the directory.",
  },
});

/** Codes of problems that last until the person signs in again. Some also need a change of the application's registration. */
const untilSignIn = new Set([
  "account_disabled",
  "account_missing",
  "app_not_found",
  "blocked_by_policy",
  "consent_missing",
  "not_assigned",
  "public_client",
  "redirect_wrong",
  "sign_in_needed",
  "sign_in_refused",
  "tenant_not_found",
  "wrong_tenant",
]);

/**
 * Rewords a problem for the person whose account made the call, and adjusts `concerns` and `needsSignIn`. `own` adds
 * replacements for the API's own codes.
 */
export function problemForPerson(
  { words }: Pick<EntraApi, "words">,
  problem: VendorProblem,
  own: Overrides = {},
): VendorProblem {
  const overrides = { ...personOverrides(words.account), ...own };
  const override = Object.hasOwn(overrides, problem.code) ? overrides[problem.code] : undefined;
  const reworded = { ...problem, ...override };
  if (override?.message) reworded.message = withErrorCode(override.message, problem.vendorCode);
  return {
    ...reworded,
    concerns: reworded.concerns === "credential" ? "person" : reworded.concerns,
    needsSignIn: reworded.needsSignIn || untilSignIn.has(reworded.code),
  };
}
