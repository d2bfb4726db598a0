import type { z } from "zod";
import type { DetectionField, Json, NormalisedDetection, NormaliseResult } from "#lib/domain/detection.ts";
import type { ForwardingRule } from "#lib/domain/forwarding.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import type { Verdict } from "#lib/domain/verdict.ts";
import type { Application, VendorCredential, VendorSignIn } from "./credential.ts";
import type { VendorDocument } from "./document-contract.ts";
import type { VendorIo } from "./io.ts";
import type { VendorCloud, VendorManifest } from "./manifest.ts";
import type { VerifyStep } from "./problem.ts";

/** Everything a call needs to reach the alerts of one scope. */
export type VendorSource<Connection = Json> = {
  credential: VendorCredential;
  /** the vendor's scope, in lower case: for Azure, a subscription */
  scopeId: string;
  /** the values of the vendor's own form fields, parsed by the vendor's schema */
  connection: Connection;
  cloud: VendorCloud;
};

/** An alert as the vendor sent it: the parsed value and the exact text it was parsed from. */
export type RawAlert = { value: Json; text: string };

/**
 * A page of the vendor's list of alerts. `next` points at the following page and is valid for some minutes; it is null on
 * the last page.
 */
export type AlertPage = { alerts: RawAlert[]; next: Json | null };

/** One page of alerts that a poll reads from the vendor. */
type ReadPage = {
  alerts: RawAlert[];
  /**
   * where a later poll continues once this page is stored; kept with the configuration. Null means that it continues from
   * the beginning. At most 4 KiB of JSON that jsonb can store. Not kept if people's accounts read, because the next person
   * may see other alerts.
   */
  cursor: Json | null;
  /**
   * true once the poll has returned all of the vendor's alerts; stored alerts that the poll didn't return no longer exist
   * at the vendor
   */
  whole: boolean;
  /** true if the vendor asks to be polled less often for now */
  easeOff?: boolean;
};

/** An alert received by webhook. */
export type WebhookAlert<Ref = Json> = {
  schema: string;
  value: Json;
  /** the scope that the alert names, in lower case; the alert belongs to the configuration with this scope */
  scopeId: string | null;
  /** the vendor's timestamp of this message, ISO 8601 in UTC */
  at: string | null;
  result: NormaliseResult<Ref>;
  /** where the alert stands in a wrapper that was removed, such as "body" or "value[0]"; absent without a wrapper */
  within?: string;
};
/** The parsed content of a delivery. `note` is a sentence on a wrapper that was removed. */
export type WebhookReading<Ref = Json> =
  | { kind: "heartbeat"; scopeId: string | null }
  | { kind: "alerts"; alerts: WebhookAlert<Ref>[]; note?: string | null }
  | { kind: "unrecognised"; reason: string };

/** A field of a detection and the path in the body that it was read from. */
export type FieldSource = { label: string; value: string; path: string | null };

/** Reads a vendor's deliveries. `read` and `sources` are pure and total: they accept any JSON and never throw. */
type WebhookReader<Connection = Json, Ref = Json> = {
  /** Reads the parsed body of a delivery. */
  read(body: Json): WebhookReading<Ref>;
  /** Lists the alert's fields, each with its path in the delivery's body. */
  sources(alert: WebhookAlert<Ref>): FieldSource[];
  /**
   * Asks the vendor whether a ref's location exists. Refs from deliveries need this check, because anyone who knows the
   * webhook's URL can post such a ref. Throws VendorError.
   */
  knows(source: VendorSource<Connection>, ref: Ref, io: VendorIo): Promise<boolean>;
};

/** The change that a decision asks the vendor for. Only fields listed in the vendor's `can.update.fields` are set. */
export type VendorChange = {
  status?: TargetStatus;
  /** the verdict on the alert, such as a false positive; null withdraws an earlier verdict */
  verdict?: Verdict | null;
  /** the name of the person who acknowledged the alert */
  owner?: string;
  /** the note that was written with the decision, for a vendor that keeps comments on an alert */
  comment?: string;
};

/** Links into the vendor's console. The argument `cloud` is the cloud of the configuration. */
export type VendorLinks = {
  /** the page that shows the alert, or null if there is none */
  alert(of: { vendorUrl: string | null; application: Application }, cloud: VendorCloud): string | null;
  /**
   * Whether a text of an alert may link to this address. Alerts hold texts that attackers wrote, so only hosts that the vendor
   * names are trusted; any other address is shown as text. Without this function no address is trusted.
   */
  trusts?(href: string): boolean;
  /** the page where an application's secrets are created */
  secrets?(application: Application, cloud: VendorCloud): string;
  /** the page that lists alerts and creates samples by hand */
  alerts?(cloud: VendorCloud): string;
  /** a query that finds an alert in the search of the vendor's console */
  query?(vendorAlertId: string): string;
};

/**
 * What a vendor may support besides reading alerts. A property is absent if the vendor doesn't support it. Every method
 * that calls the vendor throws VendorError.
 */
type VendorAbilities<Connection = Json, Ref = Json> = {
  update?: {
    fields: readonly (keyof VendorChange)[];
    /**
     * Sends one decision in one call. A resolved promise doesn't prove that the vendor applied the decision; only a later
     * `reread` does.
     */
    send(
      source: VendorSource<Connection>,
      ref: Ref,
      change: VendorChange,
      io: VendorIo,
    ): Promise<{ requestId: string | null }>;
    /**
     * Whether `raw`, the alert as read after `send`, shows the whole change. Pure and total. Without this function only the
     * status is compared.
     */
    shows?(raw: Json, change: VendorChange): boolean;
  };
  /** Reads one alert with its present values at the vendor. Every vendor with `update` has this method. */
  reread?(source: VendorSource<Connection>, ref: Ref, io: VendorIo): Promise<Json>;
  /**
   * Returns the day on which the source's secret expires, such as 2027-03-31, or null if the vendor doesn't say it to this
   * application.
   */
  secretExpiry?(source: VendorSource<Connection>, io: VendorIo): Promise<string | null>;
  /** Asks the vendor to create a few sample alerts. */
  samples?(source: VendorSource<Connection>, io: VendorIo): Promise<void>;
  /** Lists the forwarding rules that post to our webhook. */
  rules?(source: VendorSource<Connection>, io: VendorIo): Promise<ForwardingRule[]>;
  /** The reader of the vendor's deliveries. Present if the manifest has a webhook. */
  webhook?: WebhookReader<Connection, Ref>;
  /** Sign-in with people's own accounts. Present if the manifest has a sign-in. */
  signIn?: VendorSignIn;
};

/**
 * The contract that every vendor's folder fulfils. `Connection` holds the values of the vendor's own form fields. `Ref`
 * locates one alert at the vendor. Both are stored as JSON, and the vendor's schemas parse them again before each use.
 */
export type Vendor<Connection = Json, Ref = Json> = {
  manifest: VendorManifest;
  /** the setup guide as a page; used on the server only */
  document?: VendorDocument;
  /** the vendor's settings in the environment */
  settings?: VendorSettings;
  connection: z.ZodType<Connection>;
  ref: z.ZodType<Ref>;
  /**
   * Checks a configuration's values with fresh tokens and yields each finished step. If a required step fails, no further
   * step runs. Throws only if `io.signal` aborts.
   */
  verify(source: VendorSource<Connection>, io: VendorIo): AsyncGenerator<VerifyStep, void, void>;
  /**
   * Reads one page of the vendor's alerts: the first page if `next` is null, otherwise the page that `next` points at.
   * Throws VendorError.
   */
  list(source: VendorSource<Connection>, next: Json | null, io: VendorIo): Promise<AlertPage>;
  /** Polls page by page. `cursor` is the cursor of an earlier poll. Throws VendorError. */
  read(
    source: VendorSource<Connection>,
    cursor: Json | null,
    io: VendorIo,
  ): AsyncGenerator<ReadPage, void, void>;
  /** Converts a raw alert to a detection. Pure and total: accepts any JSON and never throws. */
  normalise(raw: Json): NormaliseResult<Ref>;
  /**
   * Completes a detection with what an earlier reading of the same alert said. `leftOut` comes from `normalise`. Fields that
   * differ without meaning keep the earlier spelling. Pure and total. Absent if every answer of the vendor is complete.
   */
  complete?(
    detection: NormalisedDetection,
    leftOut: readonly DetectionField[],
    earlier: NormalisedDetection,
  ): NormalisedDetection;
  /** Returns a text that changes only when the alert changes in a way that matters. Pure and total. */
  fingerprint(raw: Json): string;
  links: VendorLinks;
  can: VendorAbilities<Connection, Ref>;
};

/** Reads the environment settings that belong to a vendor. */
export type VendorSettings = {
  names: readonly string[];
  /**
   * Returns the operator's own cloud, if one is set, and every problem with the settings' values. The operator's cloud
   * replaces all of the vendor's clouds.
   */
  read(values: Readonly<Record<string, string | undefined>>): {
    cloud: VendorCloud | null;
    problems: SettingProblem[];
  };
};
/** A problem with a setting, such as "must be an https address." The text never contains the setting's value. */
export type SettingProblem = { name: string; problem: string };
