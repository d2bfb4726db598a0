import type { ProblemEntry as Entry } from "../../problem.ts";

const tenant = (message: string, remedy: string): Entry => ({
  code: "tenant_not_found",
  field: "tenantId",
  message,
  remedy,
});

const policy = (message: string, remedy: string): Entry => ({ code: "blocked_by_policy", message, remedy });
const signInAgain = (message: string): Entry => ({
  code: "sign_in_needed",
  message,
  remedy: "Sign in again with that account.",
});
const redirect = (message: string, remedy: string): Entry => ({
  code: "redirect_wrong",
  field: "applicationId",
  message,
  remedy,
});

/** The problem for each AADSTS number in Microsoft's reference of error codes. */
export const entraTable: Readonly<Record<number, Entry>> = {
  90002: tenant(
    "Tenant not found.",
    "Check the Tenant ID. Copy the Directory (tenant) ID from the app's Overview page.",
  ),
  900023: tenant(
    "The Tenant ID isn't one that Entra ID can read.",
    "Copy the Directory (tenant) ID from the app's Overview page.",
  ),
  700016: {
    code: "app_not_found",
    field: "applicationId",
    maybeDelay: true,
    message: "This directory has no application with this Application ID.",
    remedy: "Check the Application (client) ID and that the app is registered in this very directory.",
  },
  7000215: {
    code: "secret_wrong",
    field: "clientSecret",
    maybeDelay: true,
    message: "Entra ID refused the Client Secret.",
    remedy: "Copy the secret's Value, not its Secret ID. If it is right, it may be too new.",
  },
  7000222: {
    code: "secret_expired",
    field: "clientSecret",
    message: "The Client Secret has expired, so alerts can't be read any more.",
    remedy: "Create a new client secret in Azure and enter its Value here.",
  },
  7000218: {
    code: "secret_missing",
    field: "clientSecret",
    message: "Entra ID expected a Client Secret and got none.",
    remedy: "Enter the Client Secret's Value.",
  },
  700025: {
    code: "public_client",
    field: "applicationId",
    message: "This application is set up as a public client, which takes no secret.",
    remedy: "Use an application without a redirect URI, or one of the platform Web.",
  },
  700027: {
    code: "certificate_invalid",
    maybeDelay: true,
    message: "Entra ID doesn't know this certificate on the application, or it has ended.",
    remedy:
      "Upload its .cer under Certificates & secrets > Certificates, compare the thumbprint, wait a minute, and try again.",
  },
  65001: {
    code: "consent_missing",
    field: "applicationId",
    message: "Nobody has consented to this application in the directory.",
    remedy: "Ask an administrator of the directory to grant consent.",
  },
  53003: {
    code: "blocked_by_policy",
    message: "A Conditional Access policy of the directory blocks this application.",
    remedy: "Ask whoever runs Conditional Access to allow the application from this server.",
  },
  50076: {
    ...signInAgain("Entra ID asks for multi-factor authentication, which no program can give."),
    remedy:
      "Sign in again with the second factor. Where an application signs in by itself, take it out of that policy.",
  },
  50079: {
    ...signInAgain("Entra ID asks the account to set up multi-factor authentication first."),
    remedy: "Set it up at the next sign-in, or take the application out of that policy.",
  },
  53000: policy(
    "A Conditional Access policy of the directory asks for a compliant device, which a server is not.",
    "Ask whoever runs Conditional Access to allow the application from this server.",
  ),
  53001: policy(
    "A Conditional Access policy of the directory asks for a device joined to it, which a server is not.",
    "Ask whoever runs Conditional Access to allow the application from this server.",
  ),
  53002: policy(
    "A Conditional Access policy of the directory allows approved applications only.",
    "Ask whoever runs Conditional Access to approve this application.",
  ),
  700082: signInAgain("The sign-in was not used for 90 days, so Entra ID has ended it."),
  70008: signInAgain("The sign-in has expired."),
  70043: signInAgain("A policy of the directory limits how long a sign-in lasts, and this one is over."),
  50173: {
    ...signInAgain("The sign-in was revoked, or the account's password was changed."),
    refuses: true,
  },
  54005: signInAgain("This sign-in was used already; each is good once."),
  501481: signInAgain("The answer to this sign-in doesn't belong to where it was begun."),
  50011: redirect(
    "The redirect URI isn't among those of the application.",
    "Add it under Authentication exactly as shown, the slash at the end included.",
  ),
  500112: redirect(
    "The redirect URI changed between the beginning and the end of the sign-in.",
    "Open the portal under one address only, the one in POCKETSOC_URL.",
  ),
  9002327: redirect(
    "The redirect URI is registered for a single-page application, which a server can't use.",
    "Move it to Mobile and desktop applications, under Authentication.",
  ),
  700024: {
    code: "certificate_invalid",
    message: "Entra ID says that what was signed with the application's certificate is outside its time.",
    remedy: "Check this server's clock.",
  },
  50057: {
    code: "account_disabled",
    refuses: true,
    message: "The account is disabled in the directory.",
    remedy: "Ask an administrator of the directory to enable it.",
  },
  50034: {
    code: "account_disabled",
    refuses: true,
    message: "The directory has no such account any more.",
    remedy: "Sign in again with an account that it has.",
  },
  50020: {
    code: "account_disabled",
    refuses: true,
    message: "The account is no guest of this directory any more.",
    remedy: "Ask an administrator of the directory to invite it again.",
  },
  50132: { ...signInAgain("The sign-in was revoked by the directory."), refuses: true },
  50133: {
    ...signInAgain("The sign-in ended because the password was changed or has expired."),
    refuses: true,
  },
  50105: {
    code: "not_assigned",
    refuses: true,
    message: "The application asks for an assignment that is missing.",
    remedy: "Assign it under Enterprise applications > Users and groups.",
  },
  50196: {
    code: "throttled",
    concerns: "vendor",
    passes: true,
    message: "Entra ID asks us to slow down.",
    remedy: "It is tried again by itself.",
  },
};
