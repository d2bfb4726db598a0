import type { Transitions } from "#lib/domain/status.ts";
import type { VendorField } from "#lib/schemas/vendor-field.ts";

/** Describes a vendor to the portal. JSON only, so it can be sent to the browser. */
export type VendorManifest = {
  id: string;
  label: string;
  words: VendorWords;
  /** the authority that signs callers in; vendors that share one also share credentials and accounts */
  authority: string;
  authTypes: VendorAuthType[];
  fields: VendorField[];
  /** the statuses that may be requested from each status */
  transitions: Transitions;
  /** where the vendor can be reached; an operator's own endpoints replace all of them */
  clouds: VendorCloud[];
  guide: GuideStep[];
  /** the webhook that the vendor posts new alerts to; absent if it can't */
  webhook?: VendorWebhook;
  /** sign-in with people's own accounts; absent if the vendor has none */
  signIn?: {
    /** the path of the redirect URI, as registered with the application */
    callbackPath: CallbackPath;
  };
  /** the first steps, in a few lines, for a person who has connected nothing yet */
  firstSteps: string[];
  /** how to make the vendor create a sample alert */
  sampleHint: string;
};

/** The portal's redirect paths. Registrations at Microsoft contain the first one. */
type CallbackPath = "/api/azure/callback" | "/api/connect/callback";

/** The vendor's own words, used in the portal's sentences. */
export type VendorWords = {
  /** the full product name, such as Microsoft Defender for Cloud */
  product: string;
  /** the platform that holds the alerts, as detections name it, such as Azure */
  provider: string;
  /** a person's account, such as Azure account */
  account: string;
  /** what a configuration reads, such as subscription */
  scope: string;
  scopes: string;
  /** where a person views alerts at the vendor, such as Azure portal */
  console: string;
};

/** A way to sign in. `reads` says whose permissions a configuration is read with. */
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

/** A vendor's webhook as Settings shows it. `id` is the last segment of its address. */
type VendorWebhook = { id: string; label: string; help: string };

/** A step of the guide beside the form. Placeholders such as `{tenantId}` are filled with the form's values. */
export type GuideStep = {
  title: string;
  /** instructions, in order */
  body: string[];
  /** background to the step */
  notes?: string[];
  copy?: { label: string; value: string }[];
  link?: { label: string; href: string };
  /** shows the step only while the form has one of these values */
  when?: Record<string, string[]>;
};
