import type { NamedSeverity } from "#lib/domain/severity.ts";
import type { Transitions } from "#lib/domain/status.ts";
import type { VendorWords } from "#lib/domain/vendor-words.ts";
import type { VendorField } from "#lib/schemas/vendor-field.ts";

/** Describes a vendor to the portal. JSON only, so it can be sent to the browser. */
export type VendorManifest = {
  id: string;
  label: string;
  words: VendorWords;
  /** the authority that signs callers in; vendors with the same authority share credentials and accounts */
  authority: string;
  authTypes: VendorAuthType[];
  /** the vendor's own fields; `formFields` adds those that every vendor's form has */
  fields: VendorField[];
  /** the severities of alerts that notify the team unless an admin chooses others */
  notifyAbout: NamedSeverity[];
  /** the statuses that may be requested from each status */
  transitions: Transitions;
  /** the clouds in which the vendor can be reached; an operator's own endpoints replace all of them */
  clouds: VendorCloud[];
  guide: GuideStep[];
  /** the webhook that the vendor posts new alerts to; absent if the vendor can't post any */
  webhook?: VendorWebhook;
  /** sign-in with people's own accounts; absent if the vendor has none */
  signIn?: {
    /** the path of the redirect URI that is registered with the application */
    callbackPath: CallbackPath;
    /** what to check if the authority never redirects back; the screen shows the redirect URI after this text */
    lostHint?: string;
  };
  /** the name of the console's page where an application's secrets and certificates are created */
  secretPage?: string;
  /** the vendor's word for its protection plans; absent if `verify` doesn't report any */
  plans?: string;
  /** what to do first, in a few lines, for a person who has connected nothing yet */
  firstSteps: string[];
  /** how to make the vendor create a sample alert */
  sampleHint: string;
};

/** The portal's paths for redirects from sign-in pages. Existing registrations at Microsoft contain the first path. */
type CallbackPath = "/api/azure/callback" | "/api/connect/callback";

export type { VendorWords } from "#lib/domain/vendor-words.ts";

/** A way to sign in at the vendor. `reads` says whose permissions apply when a configuration is read. */
type VendorAuthType = {
  id: string;
  label: string;
  recommended?: boolean;
  description: string;
  reads: "application" | "person";
};

/** One of the vendor's clouds. Origins have no trailing slash; `label` is shown to people. */
export type VendorCloud = {
  id: string;
  label: string;
  consoleUrl: string;
  /** origins, keyed by the vendor's own names */
  endpoints: Readonly<Record<string, string>>;
};

/** A vendor's webhook as Settings shows it. `id` is the last segment of the webhook's address. */
export type VendorWebhook = {
  id: string;
  label: string;
  help: string;
  /** how to deploy forwarding again, as the end of a sentence, such as "deploy the template again in Azure" */
  redeploy: string;
  /** the formats that the vendor posts alerts in, each with its label; a format's id is an alert's `schema` */
  schemas: Readonly<Record<string, string>>;
  /** labels for the headers of deliveries, keyed by header name in lower case */
  headers?: Readonly<Record<string, string>>;
  /** how to find the vendor's record of a delivery; `{sender}` is replaced with the value of `senderHeader` */
  record?: { idHeader: string; senderHeader: string; hint: string; copy: string };
};

/** A step of the guide beside the form. Placeholders such as `{tenantId}` are filled with the form's values. */
export type GuideStep = {
  title: string;
  /** the step's paragraphs, in order */
  body: string[];
  /** background information on the step */
  notes?: string[];
  copy?: { label: string; value: string }[];
  link?: { label: string; href: string };
  /** the form's values for which the step is shown, keyed by field; a step without `when` is always shown */
  when?: Record<string, string[]>;
};
