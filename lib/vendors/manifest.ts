import type { Transitions } from "#lib/domain/status.ts";
import type { VendorWords } from "#lib/domain/vendor-words.ts";
import type { VendorField } from "#lib/schemas/vendor-field.ts";

/** What the portal says of a vendor: JSON only, safe on both sides of the wire. */
export type VendorManifest = {
  id: string;
  label: string;
  words: VendorWords;
  /** who signs its callers in; vendors may share one, and with it credentials and accounts */
  authority: string;
  authTypes: VendorAuthType[];
  fields: VendorField[];
  /** which statuses may be asked for while the vendor holds one */
  transitions: Transitions;
  /** where the vendor can be reached; an operator's own endpoints take the place of all of them */
  clouds: VendorCloud[];
  guide: GuideStep[];
  /** where it posts alerts as they arise; absent where it can't */
  webhook?: VendorWebhook;
  /** people's own accounts; absent where it has none */
  signIn?: {
    /** where sign-ins come back to, as it stands in an application's registration */
    callbackPath: CallbackPath;
    /** what to check when a sign-in never comes back; the redirect URI follows */
    lostHint?: string;
  };
  /** the page of the vendor's console where an application's secrets and certificates are made */
  secretPage?: string;
  /** what its protection plans are called; absent where `verify` finds none */
  plans?: string;
  /** what a person who has connected nothing reads: the way there in a few lines */
  firstSteps: string[];
  /** how to have the vendor make an alert that is none */
  sampleHint: string;
};

/** The portal's addresses for sign-ins that come back. The first is what Microsoft's registrations hold. */
type CallbackPath = "/api/azure/callback" | "/api/connect/callback";

export type { VendorWords } from "#lib/domain/vendor-words.ts";

/** A way to sign in, and whose eyes a configuration is read with by it. */
type VendorAuthType = {
  id: string;
  label: string;
  recommended?: boolean;
  description: string;
  reads: "application" | "person";
};

/** One of the vendor's clouds: origins without a trailing slash, and what a person calls it. */
export type VendorCloud = {
  id: string;
  label: string;
  consoleUrl: string;
  /** by the vendor's own names */
  endpoints: Readonly<Record<string, string>>;
};

/** A vendor's webhook, as Settings names it; `id` is the last segment of its address. */
export type VendorWebhook = {
  id: string;
  label: string;
  help: string;
  /** what a webhook is deployed again by, as the end of a sentence: deploy the template again in Azure */
  redeploy: string;
  /** labels for the headers of its deliveries, by their names in lower case */
  headers?: Readonly<Record<string, string>>;
  /** how to find the vendor's own record of a delivery; `{sender}` is filled with the value of `senderHeader` */
  record?: { idHeader: string; senderHeader: string; hint: string; copy: string };
};

/** A step of the guide beside the form; `{tenantId}` and friends are filled with what the admin typed. */
export type GuideStep = {
  title: string;
  /** what to do, in order */
  body: string[];
  /** what to know about it */
  notes?: string[];
  copy?: { label: string; value: string }[];
  link?: { label: string; href: string };
  /** shown only while the form holds one of these values */
  when?: Record<string, string[]>;
};
