import type { ProblemEntry as Entry } from "../../problem.ts";

/*
 * The kinds of problems that AADSTS numbers are grouped by. The remedies are for an application; `person-errors.ts` replaces
 * them where a person's own account signs in.
 */

/** An id names nothing, or names something in another directory. */
export const tenant = (message: string, remedy: string): Entry => ({
  code: "tenant_not_found",
  field: "tenantId",
  message,
  remedy,
});

/** A policy of the directory refuses the sign-in, and no credential would change that. */
export const policy = (
  message: string,
  remedy = "Ask whoever runs Conditional Access to allow the application from this server.",
): Entry => ({ code: "blocked_by_policy", message, remedy });

/** The directory asks for a second factor. */
export const secondFactor = (message: string): Entry => ({
  code: "second_factor",
  message,
  remedy: "No program can give a second factor. Have the application taken out of that policy.",
});

/** The directory asks the account to register a second factor. */
export const secondFactorSetup = (message: string): Entry => ({
  code: "second_factor_setup",
  message,
  remedy: "No program can set up a second factor. Have the application taken out of that policy.",
});

/** The sign-in has ended or was used up. */
export const signInAgain = (message: string): Entry => ({
  code: "sign_in_needed",
  message,
  remedy: "Sign in again with that account.",
});

/** Nobody has allowed the application to use the API. */
export const consent = (message: string): Entry => ({
  code: "consent_missing",
  field: "applicationId",
  message,
  remedy: "Ask an administrator of the directory to grant consent.",
});

/** The redirect URI is missing, differs, or is registered for the wrong platform. */
export const redirect = (message: string, remedy: string): Entry => ({
  code: "redirect_wrong",
  field: "applicationId",
  message,
  remedy,
});

/** Azure's own API is missing or disabled in the directory. */
export const apiUnavailable = (message: string): Entry => ({
  code: "api_unavailable",
  message,
  remedy:
    "Ask an administrator of the directory to look for “Windows Azure Service Management API” under Enterprise applications.",
});

/** The certificate, or what was signed with it, isn't accepted. */
export const certificate = (message: string, remedy: string): Entry => ({
  code: "certificate_invalid",
  message,
  remedy,
});

/** The account can't be used. */
export const account = (code: string, message: string, remedy: string): Entry => ({
  code,
  refuses: true,
  message,
  remedy,
});

/** Entra ID can't answer at the moment. */
export const transient = (message: string, code = "server_error"): Entry => ({
  code,
  concerns: "vendor",
  passes: true,
  message,
  remedy: "PocketSOC tries again by itself.",
});
