import type { z } from "zod";
import type { DeliverySchema } from "#lib/domain/delivery.ts";
import type { Json, NormaliseResult } from "#lib/domain/detection.ts";
import type { ForwardingRule } from "#lib/domain/forwarding.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import type { Verdict } from "#lib/domain/verdict.ts";
import type { Application, VendorCredential, VendorSignIn } from "./credential.ts";
import type { VendorDocument } from "./document-contract.ts";
import type { VendorIo } from "./io.ts";
import type { VendorCloud, VendorManifest } from "./manifest.ts";
import type { VerifyStep } from "./problem.ts";

/** What a call needs to reach one scope of alerts. */
export type VendorSource<Connection = Json> = {
  credential: VendorCredential;
  /** the vendor's scope, in lower case: for Azure, a subscription */
  scopeId: string;
  /** what the vendor's own fields of the form held, parsed by its schema */
  connection: Connection;
  cloud: VendorCloud;
};

/** An alert as its vendor gave it: what it says, and the very text that said it. */
export type RawAlert = { value: Json; text: string };

/** A page of what a vendor lists, and where the list goes on: good for minutes, null on the last page. */
export type AlertPage = { alerts: RawAlert[]; next: Json | null };

/** A page of what a poll reads. */
type ReadPage = {
  alerts: RawAlert[];
  /** where a later poll goes on once this page is stored, kept with the configuration; null: at the beginning */
  cursor: Json | null;
  /** with this page the read has given everything that the vendor holds: what it didn't give is gone there */
  whole: boolean;
  /** the vendor wants to be polled less often for now */
  easeOff?: boolean;
};

/** An alert that came by webhook. */
export type WebhookAlert<Ref = Json> = {
  schema: DeliverySchema;
  value: Json;
  /** the scope that it names, lower case: it decides the configuration */
  scopeId: string | null;
  /** the vendor's own time of this copy, ISO 8601 in UTC */
  at: string | null;
  result: NormaliseResult<Ref>;
};
/** What a delivery holds. */
export type WebhookReading<Ref = Json> =
  | { kind: "heartbeat"; scopeId: string | null }
  | { kind: "alerts"; alerts: WebhookAlert<Ref>[] }
  | { kind: "unrecognised"; reason: string };

/** A field of a detection beside the place in the body that it came from. */
export type FieldSource = { label: string; value: string; path: string | null };

/** Reads what a vendor's webhook brings. `read` and `sources` are pure and total: any JSON in, never an exception. */
type WebhookReader<Connection = Json, Ref = Json> = {
  /** What a body, parsed, holds. */
  read(body: Json): WebhookReading<Ref>;
  /** Where the fields of one alert of a body came from. */
  sources(alert: WebhookAlert<Ref>): FieldSource[];
  /**
   * Whether the vendor itself knows the place that a ref names. Whoever has the webhook's address can post any, so it
   * is asked before a ref that only a webhook gave enters an address that carries our token. Throws VendorError.
   */
  knows(source: VendorSource<Connection>, ref: Ref, io: VendorIo): Promise<boolean>;
};

/** What one decision of a person asks of the vendor; only fields that `can.update` names are ever set. */
export type VendorChange = {
  status?: TargetStatus;
  /** what the alert turned out to be; null takes back what was said before */
  verdict?: Verdict | null;
  /** the name of whoever acknowledged it */
  owner?: string;
  /** what was noted with the decision, for a vendor that keeps comments beside an alert */
  comment?: string;
};

/** Links into the vendor's console; `cloud` is the configuration's. */
export type VendorLinks = {
  /** an alert's own page, or null where it has none */
  alert(of: { vendorUrl: string | null; application: Application }, cloud: VendorCloud): string | null;
  /** where an application's secrets are made */
  secrets?(application: Application, cloud: VendorCloud): string;
  /** where its alerts are, and samples can be made by hand */
  alerts?(cloud: VendorCloud): string;
  /** a query that finds an alert in the vendor's own search */
  query?(vendorAlertId: string): string;
};

/** What a vendor can do beside being read; each is absent where it can't. All that ask throw VendorError. */
type VendorAbilities<Connection = Json, Ref = Json> = {
  update?: {
    fields: readonly (keyof VendorChange)[];
    /** One call for one decision. Resolving proves nothing: what counts is what `reread` says then. */
    send(
      source: VendorSource<Connection>,
      ref: Ref,
      change: VendorChange,
      io: VendorIo,
    ): Promise<{ requestId: string | null }>;
    /** Whether an alert, read again, shows all of a change. Pure and total. Absent where its status says so already. */
    shows?(raw: Json, change: VendorChange): boolean;
  };
  /** One alert as the vendor holds it now. A vendor that can update can do this. */
  reread?(source: VendorSource<Connection>, ref: Ref, io: VendorIo): Promise<Json>;
  /** Asks for a handful of sample alerts. */
  samples?(source: VendorSource<Connection>, io: VendorIo): Promise<void>;
  /** What is set up there to post to our webhook. */
  rules?(source: VendorSource<Connection>, io: VendorIo): Promise<ForwardingRule[]>;
  /** There where the manifest has a webhook. */
  webhook?: WebhookReader<Connection, Ref>;
  /** People's own accounts; there where the manifest has a sign-in. */
  signIn?: VendorSignIn;
};

/**
 * Everything PocketSOC asks of a vendor. `Connection` is what its own fields of the form hold, `Ref` where it finds one
 * alert again; both are kept as JSON and parsed by the vendor's schemas before they are handed back.
 */
export type Vendor<Connection = Json, Ref = Json> = {
  manifest: VendorManifest;
  /** its guide as a page; on the server alone */
  document?: VendorDocument;
  /** what an operator may set for it */
  settings?: VendorSettings;
  connection: z.ZodType<Connection>;
  ref: z.ZodType<Ref>;
  /** Checks with fresh tokens, a step at a time; ends after the first failed gate. Never throws but on abort. */
  verify(source: VendorSource<Connection>, io: VendorIo): AsyncGenerator<VerifyStep, void, void>;
  /** A page of what the vendor lists now: the first, or the one at `next` of the page before. Throws VendorError. */
  list(source: VendorSource<Connection>, next: Json | null, io: VendorIo): Promise<AlertPage>;
  /** A poll, page by page, from the cursor that an earlier one left. Throws VendorError. */
  read(
    source: VendorSource<Connection>,
    cursor: Json | null,
    io: VendorIo,
  ): AsyncGenerator<ReadPage, void, void>;
  /** Pure and total: any JSON in, never an exception. */
  normalise(raw: Json): NormaliseResult<Ref>;
  /** A text that is another one once something of the alert changed that counts. Pure and total as well. */
  fingerprint(raw: Json): string;
  links: VendorLinks;
  can: VendorAbilities<Connection, Ref>;
};

/** Settings of the environment that belong to a vendor, and what they come to. */
export type VendorSettings = {
  names: readonly string[];
  /** The cloud that takes the place of all that the vendor offers, if any; and what is wrong with the values. */
  read(values: Readonly<Record<string, string | undefined>>): {
    cloud: VendorCloud | null;
    problems: SettingProblem[];
  };
};
/** What is wrong with a setting: "must be an https address."; never its value. */
export type SettingProblem = { name: string; problem: string };
