import type fc from "fast-check";
import type { Json } from "#lib/domain/detection.ts";
import type { Status } from "#lib/domain/status.ts";
import type { ConfigurationFormValues } from "#lib/schemas/configuration.ts";
import type { Vendor, VendorSource } from "#lib/vendors/contract.ts";

type Alert = { [key: string]: Json };

/** A vendor with the values that the laws need to test it. */
export type VendorFixture = {
  vendor: Vendor;
  /** the form's values; no message may contain `secret` */
  form: ConfigurationFormValues;
  secret: string;
  /** an alert as the vendor sends it */
  alert: Alert;
  /** the same alert in another answer, with everything that differs between answers but isn't a change */
  again: Alert;
  /** the same alert after changes that the fingerprint must show */
  changed: Alert[];
  /** alerts with properties replaced, left out or enlarged */
  bent: fc.Arbitrary<Json>;
  /** an alert with another word for its status, or its severity */
  withStatus(word: Json): Alert;
  withSeverity(word: Json): Alert;
  statusWords: Record<string, Status>;
  startStandIn(): Promise<StandIn>;
};

/** A stand-in for the vendor's server, which can be made to fail. */
export type StandIn = {
  /** the environment variables with its address */
  environment: Record<string, string>;
  credential: VendorSource["credential"];
  /** adds an active alert, which is listed from then on */
  add(): Promise<void>;
  /** makes every answer fail this way until `mend`; `silence` never answers */
  fail(fault: Fault): Promise<void>;
  mend(): Promise<void>;
  stop(): Promise<void>;
};
export type Fault = "401" | "403" | "404" | "429" | "500" | "503" | "html" | "truncated" | "silence";
