import type { VendorProblem } from "../../problem.ts";
import type { EntraApi } from "./api.ts";

type Said = Readonly<Record<string, Partial<VendorProblem>>>;

/** What some failures mean when a person's own account asks, through an application that has no secret. */
const personal = (account: string): Said => ({
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
  // each account has limits of its own
  throttled: { concerns: "person" },
  account_disabled: {
    message: `Your ${account} is disabled.`,
    remedy: "Ask an administrator of the directory to enable it, then sign in again.",
  },
  sign_in_refused: {
    message: "Entra ID refused the sign-in.",
    remedy: "Begin again; if it stays, give the number to an administrator of the directory.",
  },
});

/** Failures that stay until the person signs in again, or someone changes the registration and they do. */
const untilSignIn = new Set([
  "account_disabled",
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

/** The same problem, told to the person whose account met it; `own` is what the API's refusals mean to them. */
export function tellPerson(
  { words }: Pick<EntraApi, "words">,
  problem: VendorProblem,
  own: Said = {},
): VendorProblem {
  const meanings = { ...personal(words.account), ...own };
  const said = Object.hasOwn(meanings, problem.code) ? { ...problem, ...meanings[problem.code] } : problem;
  return {
    ...said,
    concerns: said.concerns === "credential" ? "person" : said.concerns,
    needsSignIn: said.needsSignIn || untilSignIn.has(said.code),
  };
}
