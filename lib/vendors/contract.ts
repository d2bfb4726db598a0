import type { Json, NormaliseResult } from "#lib/domain/detection.ts";
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
  guide: GuideStep[];
  /** what a person who has connected nothing reads: the way there in a few lines */
  firstSteps: string[];
  /** how to have the vendor make an alert that is none */
  sampleHint: string;
};

/** A step of the guide beside the form; `{tenantId}` and friends are filled with what the admin typed. */
export type GuideStep = {
  title: string;
  body: string[];
  copy?: { label: string; value: string }[];
  link?: { label: string; href: string };
  authTypes?: string[];
};

/** An application's sign-in at the vendor; the secret is in the clear here and nowhere else. */
export type VendorCredential = { tenantId: string; applicationId: string; clientSecret: string };

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
};

/** What a vendor's folder says of one failure, whenever it happens. */
export type ProblemEntry = Pick<VendorProblem, "code" | "message" | "remedy"> &
  Partial<Pick<VendorProblem, "field" | "maybeDelay" | "transient">>;

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
export type FetchPage = { alerts: RawAlert[]; remainingReads: number | null };

/** Thrown by every vendor call; its message is for logs and holds no secret. */
export class VendorError extends Error {
  readonly problem: VendorProblem;
  constructor(problem: VendorProblem) {
    super(`${problem.code}${problem.vendorCode ? ` (${problem.vendorCode})` : ""}`);
    this.name = "VendorError";
    this.problem = problem;
  }
}

/** Everything PocketSOC asks of a vendor. */
export type Vendor = {
  manifest: VendorManifest;
  /** Checks with fresh tokens, a step at a time; ends after the first failed gate. Never throws but on abort. */
  verify(target: VendorTarget, io: VendorIo): AsyncGenerator<VerifyStep, void, void>;
  /** Every alert the vendor lists now, a page at a time. Throws VendorError. */
  fetchAlerts(target: VendorTarget, io: VendorIo): AsyncGenerator<FetchPage, void, void>;
  /** One alert as the vendor holds it now; throws VendorError (code `alert_not_found` for 404). */
  getAlert(target: VendorTarget, alert: AlertAddress, io: VendorIo): Promise<Json>;
  /** Asks for a status. Resolving proves nothing: read back with getAlert. */
  setStatus(
    target: VendorTarget,
    alert: AlertAddress,
    to: TargetStatus,
    io: VendorIo,
  ): Promise<{ requestId: string | null }>;
  /** Pure and total. */
  normalise(raw: Json): NormaliseResult;
  /** The vendor's word for one of our statuses, and back. */
  statusWord(status: TargetStatus): string;
  statusFrom(word: string): Status;
  /** Links into the vendor's portal. */
  links: {
    alert(alert: { vendorUrl: string | null; tenantId: string }, portalUrl: string): string | null;
    secrets(applicationId: string, portalUrl: string): string;
    query(vendorAlertId: string): string;
  };
};

/** Where an alert lives; checked before it enters a URL that carries our token. */
export type AlertAddress = { subscriptionId: string; location: string; alertId: string };
