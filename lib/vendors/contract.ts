import type { DeliverySchema } from "#lib/domain/delivery.ts";
import type { Json, NormaliseResult } from "#lib/domain/detection.ts";
import type { ForwardingRule } from "#lib/domain/forwarding.ts";
import type { VendorField } from "#lib/schemas/vendor-field.ts";
import type { Status, TargetStatus } from "#lib/domain/status.ts";

/** What the portal says of a vendor: JSON only, safe on both sides of the wire. */
export type VendorManifest = {
  id: string;
  label: string;
  /** how a detection names its provider */
  provider: string;
  authTypes: { id: string; label: string; description: string }[];
  fields: VendorField[];
  abilities: { setStatus: boolean };
  /** where the vendor can be reached; an operator's own endpoints take the place of all of them */
  clouds: VendorCloud[];
  guide: GuideStep[];
  /** where it posts alerts as they arise; absent where it can't */
  webhook?: VendorWebhook;
  /** what a person who has connected nothing reads: the way there in a few lines */
  firstSteps: string[];
  /** how to have the vendor make an alert that is none */
  sampleHint: string;
};

/** One of the vendor's clouds: origins without a trailing slash, and what a person calls it. */
export type VendorCloud = {
  id: string;
  label: string;
  authorityHost: string;
  resourceManagerEndpoint: string;
  portalUrl: string;
};

/** A vendor's webhook, as Settings names it; `id` is the last segment of its address. */
type VendorWebhook = { id: string; label: string; help: string };

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

/** An application as it is registered at the vendor. */
export type VendorApplication = { tenantId: string; applicationId: string };

/** How a call signs in at the vendor; what is secret is in the clear here and nowhere else. */
export type VendorCredential = VendorApplication &
  (
    | { kind: "secret"; clientSecret: string }
    /** both PEM */
    | { kind: "certificate"; certificate: string; privateKey: string }
    /** a person's own account, through an application that proves nothing of its own */
    | { kind: "person"; tokens: TokenStore }
  );

/** Where the tokens of one person for one configuration are kept, shared by every process. */
export type TokenStore = {
  /** another one for every sign-in */
  key: string;
  /**
   * Runs `work` alone among all processes, with the cache as it then stands; what it returns takes its place.
   * Throws VendorError `sign_in_needed` when there is none any more.
   */
  update<T>(work: (cache: string) => Promise<{ cache: string; value: T }>): Promise<T>;
};

/** Who signed in, by a checked id_token, and the tokens, serialised. */
export type SignedIn = { cache: string; tenantId: string; objectId: string; account: string };

/** A person's sign-in at the vendor: authorization code with PKCE, state and nonce. */
export type VendorSignIn = {
  /** The page at the vendor to send the person to. Throws VendorError. */
  begin(application: VendorApplication, request: SignInRequest, io: VendorIo): Promise<string>;
  /** Redeems the code, once. Throws VendorError, also when the tenant or the nonce isn't the one asked for. */
  finish(application: VendorApplication, answer: SignInAnswer, io: VendorIo): Promise<SignedIn>;
  /** What the vendor's error in an answer means; `description` is its own text. */
  problem(error: string, description: string): VendorProblem;
  /** The page where an admin of the directory consents for all. */
  consentUrl(application: VendorApplication, io: VendorIo): string;
  /** What a native app of ours needs to sign its person in at the vendor by itself; no secret is among it. */
  native(application: VendorApplication, io: VendorIo): NativeSignIn;
};
/** By the words of OAuth 2.0 for native apps (RFC 8252); the redirect URI is the app's own scheme. */
export type NativeSignIn = { authority: string; clientId: string; redirectUri: string; scope: string };
type SignInRequest = {
  redirectUri: string;
  state: string;
  nonce: string;
  /** PKCE, S256 */
  challenge: string;
  /** whose account is offered first */
  loginHint: string | null;
  /** what the vendor asked to have proved, from a claims challenge */
  claims: string | null;
};
type SignInAnswer = {
  code: string;
  redirectUri: string;
  nonce: string;
  verifier: string;
  claims: string | null;
};

/** What a call needs to reach one source of alerts. */
export type VendorTarget = { credential: VendorCredential; subscriptionId: string };

/** Handed in, so that a vendor's folder reads no environment, no clock and no database. */
export type VendorIo = {
  authorityHost: string;
  resourceManagerEndpoint: string;
  portalUrl: string;
  now: () => Date;
  signal: AbortSignal;
  log: (event: string, detail: Record<string, unknown>) => void;
};

/** A failure a person can act on. `code` is stable and ours; `vendorCode` is what the vendor said. */
export type VendorProblem = {
  code: string;
  vendorCode: string | null;
  /** which field of the form it points at, if any */
  field: string | null;
  /** what happened and what it means */
  message: string;
  remedy: string;
  /** it may be the vendor's own delay: offer "Keep trying" */
  maybeDelay: boolean;
  /** worth trying again by itself (throttled, 5xx, time-out) */
  transient: boolean;
  retryAfterMs: number | null;
  /** x-ms-request-id or the token endpoint's trace id, for support */
  requestId: string | null;
  /** the account may not any more, as opposed to: it can't be asked now */
  gone: boolean;
  /** what is to be proved at the next sign-in, as the vendor said it */
  claims: string | null;
};

/** What a vendor's folder says of one failure, whenever it happens. */
export type ProblemEntry = Pick<VendorProblem, "code" | "message" | "remedy"> &
  Partial<Pick<VendorProblem, "field" | "maybeDelay" | "transient" | "gone">>;

/** One finished step of verification. */
export type VerifyStep = {
  id: string;
  label: string;
  /** `warning` never blocks */
  outcome: "passed" | "warning" | "failed" | "skipped";
  detail: string;
  remedy: string | null;
  problem: VendorProblem | null;
  tookMs: number;
  /** what the step found out, kept with the configuration */
  facts: Record<string, Json>;
};

/** An alert as its vendor gave it: what it says, and the very text that said it. */
export type RawAlert = { value: Json; text: string };
export type FetchPage = {
  alerts: RawAlert[];
  remainingReads: number | null;
  /** where the list goes on, an address of the vendor's; null on the last page */
  next: string | null;
};

/** Thrown by every vendor call; its message is for logs and holds no secret. */
export class VendorError extends Error {
  readonly problem: VendorProblem;
  constructor(problem: VendorProblem) {
    super(`${problem.code}${problem.vendorCode ? ` (${problem.vendorCode})` : ""}`);
    this.name = "VendorError";
    this.problem = problem;
  }
}

/** An alert that came by webhook. */
export type WebhookAlert = {
  schema: DeliverySchema;
  value: Json;
  /** the vendor's scope (for Azure the subscription) that it names, lower case: it decides the configuration */
  scopeId: string | null;
  /** the vendor's own time of this copy, ISO 8601 in UTC */
  at: string | null;
  result: NormaliseResult;
};
/** What a delivery holds. */
export type WebhookReading =
  | { kind: "heartbeat"; scopeId: string | null }
  | { kind: "alerts"; alerts: WebhookAlert[] }
  | { kind: "unrecognised"; reason: string };

/** A field of a detection beside the place in the body that it came from. */
export type FieldSource = { label: string; value: string; path: string | null };

/** Reads what a vendor's webhook brings. Pure and total: any JSON in, never an exception. */
export type WebhookReader = {
  /** What a body, parsed, holds. */
  read(body: Json): WebhookReading;
  /** Where the fields of one alert of a body came from. */
  sources(alert: WebhookAlert): FieldSource[];
};

/** Everything PocketSOC asks of a vendor. */
export type Vendor = {
  manifest: VendorManifest;
  /** Checks with fresh tokens, a step at a time; ends after the first failed gate. Never throws but on abort. */
  verify(target: VendorTarget, io: VendorIo): AsyncGenerator<VerifyStep, void, void>;
  /** Every alert the vendor lists now, a page at a time. Throws VendorError. */
  fetchAlerts(target: VendorTarget, io: VendorIo): AsyncGenerator<FetchPage, void, void>;
  /** One page of the list: the first, or the one at `next` of the page before. Throws VendorError. */
  fetchPage(target: VendorTarget, next: string | null, io: VendorIo): Promise<FetchPage>;
  /** One alert as the vendor holds it now; throws VendorError (code `alert_not_found` for 404). */
  getAlert(target: VendorTarget, alert: AlertAddress, io: VendorIo): Promise<Json>;
  /** Asks for a status. Resolving proves nothing: read back with getAlert. */
  setStatus(
    target: VendorTarget,
    alert: AlertAddress,
    to: TargetStatus,
    io: VendorIo,
  ): Promise<{ requestId: string | null }>;
  /** The locations that an alert's address may name, lower case, as the vendor lists them. Throws VendorError. */
  listLocations(target: VendorTarget, io: VendorIo): Promise<string[]>;
  /** What is set up there to post to our webhook. Throws VendorError. */
  listForwardingRules(target: VendorTarget, io: VendorIo): Promise<ForwardingRule[]>;
  /** Asks for a handful of sample alerts. Throws VendorError. */
  createSamples(target: VendorTarget, io: VendorIo): Promise<void>;
  /** There where the manifest has a webhook. */
  webhook?: WebhookReader;
  /** People's own accounts; absent where the vendor has none. */
  signIn?: VendorSignIn;
  /** Pure and total. */
  normalise(raw: Json): NormaliseResult;
  /** The vendor's word for one of our statuses, and back. */
  statusWord(status: TargetStatus): string;
  statusFrom(word: string): Status;
  /** Links into the vendor's portal. */
  links: {
    alert(alert: { vendorUrl: string | null; tenantId: string }, portalUrl: string): string | null;
    secrets(applicationId: string, portalUrl: string): string;
    /** where its alerts are, and samples can be made by hand */
    alerts(portalUrl: string): string;
    query(vendorAlertId: string): string;
  };
};

/** Where an alert lives; checked before it enters a URL that carries our token. */
export type AlertAddress = { subscriptionId: string; location: string; alertId: string };
