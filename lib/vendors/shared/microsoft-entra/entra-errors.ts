import type { ProblemEntry as Entry } from "../../problem.ts";
import {
  account,
  apiUnavailable,
  certificate,
  consent,
  policy,
  redirect,
  secondFactor,
  secondFactorSetup,
  signInAgain,
  tenant,
  transient,
} from "./entra-kinds.ts";

const overview = "Copy the Directory (tenant) ID from the app's Overview page.";
const clock = "Check this server's clock.";
const busy = transient("Entra ID has trouble of its own and could not answer.");

/** Which application asks, in which directory, and with which credential. */
const registration: Record<number, Entry> = {
  90002: tenant("Tenant not found.", `Check the Tenant ID. ${overview}`),
  900021: tenant("The Tenant ID isn't one that Entra ID can read.", overview),
  900023: tenant("The Tenant ID isn't one that Entra ID can read.", overview),
  700016: {
    code: "app_not_found",
    field: "applicationId",
    maybeDelay: true,
    message: "This directory has no application with this Application ID.",
    remedy: "Check the Application (client) ID and that the app is registered in this very directory.",
  },
  70001: {
    code: "app_not_found",
    field: "applicationId",
    maybeDelay: true,
    message: "This directory has no application with this Application ID, or it is disabled there.",
    remedy: "Check the Application (client) ID and that the app is registered in this very directory.",
  },
  7000229: {
    code: "app_not_installed",
    field: "applicationId",
    maybeDelay: true,
    message: "The app registration has no enterprise application (service principal) in this directory.",
    remedy: "Create it with this Application ID: az ad sp create --id <Application ID>. Then try again.",
  },
  7000112: {
    code: "app_disabled",
    field: "applicationId",
    message: "The application is disabled in this directory.",
    remedy:
      "Ask an administrator of the directory to switch on “Enabled for users to sign in” under Enterprise applications > Properties.",
  },
  500011: apiUnavailable("The directory doesn't have Azure's API as an enterprise application."),
  500014: apiUnavailable("Azure's API is disabled in this directory."),
  5000224: apiUnavailable("Entra ID says that Azure's API isn't available to this directory."),
  650052: apiUnavailable("The directory has not enabled Azure's API, or has no subscription to it."),
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
    ...certificate(
      "Entra ID doesn't know this certificate on the application, or it has ended.",
      "Upload its .cer under Certificates & secrets > Certificates, compare the thumbprint, wait a minute, and try again.",
    ),
    maybeDelay: true,
  },
  700024: certificate(
    "Entra ID says that what was signed with the application's certificate is outside its time.",
    clock,
  ),
  700021: certificate(
    "What was signed with the certificate names another application.",
    "Check the Application (client) ID.",
  ),
  700023: certificate(
    "What was signed with the certificate is meant for another directory or cloud.",
    "Check the Tenant ID and the cloud.",
  ),
};

/** What the directory's policies and administrators allow. */
const policies: Record<number, Entry> = {
  53000: policy(
    "A Conditional Access policy of the directory asks for a compliant device, which a server is not.",
  ),
  53001: policy(
    "A Conditional Access policy of the directory asks for a device joined to it, which a server is not.",
  ),
  53002: policy(
    "A Conditional Access policy of the directory allows approved applications only.",
    "Ask whoever runs Conditional Access to approve this application.",
  ),
  53003: policy("A Conditional Access policy of the directory blocks this sign-in."),
  53004: policy("The directory sees a risk in this sign-in, so a second factor can't be set up from here."),
  53011: policy("The account's home directory blocks it because of a risk."),
  530032: policy("A security policy of the directory blocks this sign-in."),
  530035: policy(
    "The directory's security defaults block this sign-in.",
    "Ask an administrator of the directory to look at the sign-in logs.",
  ),
  50097: policy("A policy of the directory asks for a registered device, which a server is not."),
  50129: policy("A policy of the directory asks for a device joined to it, which a server is not."),
  50131: policy(
    "A Conditional Access policy of the directory refuses the device or the place of this sign-in.",
  ),
  50155: policy(
    "A policy of the directory asks for a device that it can authenticate, which a server is not.",
  ),
  500021: policy(
    "A network between this server and Entra ID allows sign-ins to certain directories only (tenant restrictions).",
    "Ask whoever runs the network to allow this directory.",
  ),
  500212: policy("The account's home directory doesn't allow it to sign in to this directory."),
  500213: policy("This directory doesn't let accounts of that other directory sign in."),
  50072: secondFactorSetup("Entra ID asks the account to set up multi-factor authentication first."),
  50079: secondFactorSetup("Entra ID asks the account to set up multi-factor authentication first."),
  53010: secondFactorSetup(
    "The directory allows multi-factor authentication to be set up from trusted places or devices only.",
  ),
  50074: secondFactor("Entra ID asks for multi-factor authentication."),
  50076: secondFactor("Entra ID asks for multi-factor authentication."),
  50078: secondFactor("The last multi-factor authentication is too old for a policy of the directory."),
  50158: secondFactor("Entra ID asks for a step at another provider, such as its second factor."),
  500121: secondFactor("The multi-factor authentication failed or wasn't finished."),
  65001: consent("Nobody has consented to this application in the directory."),
  65004: consent("Consent to this application was declined."),
  90094: consent("Only an administrator of the directory can consent to this application."),
  90095: consent("Only an administrator of the directory can consent to this application."),
  650057: consent("The app registration doesn't list the permission that PocketSOC asks for."),
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
  700084: redirect(
    "The redirect URI is registered for a single-page application, so the sign-in lasted only a day.",
    "Move it to Mobile and desktop applications, under Authentication, and sign in again.",
  ),
};

/** The account that signs in, and how long its sign-in lasts. */
const accounts: Record<number, Entry> = {
  700082: signInAgain("The sign-in was not used for 90 days, so Entra ID has ended it."),
  70000: signInAgain("Entra ID doesn't accept this sign-in any more."),
  70008: signInAgain("The sign-in has expired."),
  70043: signInAgain("A policy of the directory limits how long a sign-in lasts, and this one is over."),
  50089: signInAgain("The sign-in took too long and has expired."),
  50058: signInAgain("No account is signed in at Microsoft any more."),
  50126: signInAgain("The user name or the password was wrong."),
  50055: signInAgain("The account's password has expired."),
  50144: signInAgain("The account's password in its own network has expired."),
  50142: signInAgain("A policy of the directory asks for a new password."),
  50053: signInAgain(
    "The account is locked for a while, because of too many wrong passwords or of its address.",
  ),
  50173: {
    ...signInAgain("The sign-in was revoked, or the account's password was changed."),
    refuses: true,
  },
  50132: { ...signInAgain("The sign-in was revoked by the directory."), refuses: true },
  50133: {
    ...signInAgain("The sign-in ended because the password was changed or has expired."),
    refuses: true,
  },
  54005: signInAgain("This sign-in was used already; each is good once."),
  501481: signInAgain("The answer to this sign-in doesn't belong to where it was begun."),
  50148: signInAgain("The answer to this sign-in doesn't belong to where it was begun."),
  50057: account(
    "account_disabled",
    "The account is disabled in the directory.",
    "Ask an administrator of the directory to enable it.",
  ),
  50034: account(
    "account_missing",
    "The directory has no such account any more.",
    "Sign in again with an account that it has.",
  ),
  51004: account(
    "account_missing",
    "The directory has no such account.",
    "Sign in again with an account that it has.",
  ),
  50020: account(
    "account_missing",
    "The account is no guest of this directory any more.",
    "Ask an administrator of the directory to invite it again.",
  ),
  90072: account(
    "account_missing",
    "The account comes from another directory and is no guest of this one.",
    "Ask an administrator of the directory to invite it, or sign in with an account of this directory.",
  ),
  50105: account(
    "not_assigned",
    "The application asks for an assignment that is missing.",
    "Assign it under Enterprise applications > Users and groups.",
  ),
};

const transients: Record<number, Entry> = {
  50196: transient("Entra ID asks us to slow down.", "throttled"),
  90055: transient("Entra ID asks us to slow down: this directory gets too many requests.", "throttled"),
  90012: transient("Entra ID took too long to answer.", "timeout"),
  ...Object.fromEntries([50033, 50087, 90006, 90024, 90033, 90036].map((number) => [number, busy])),
};

/** The problem for each AADSTS number in Microsoft's reference of error codes. */
export const entraTable: Readonly<Record<number, Entry>> = {
  ...registration,
  ...policies,
  ...accounts,
  ...transients,
};
