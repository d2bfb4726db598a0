import type fc from "fast-check";
import type { Json } from "#lib/domain/detection.ts";
import type { Status } from "#lib/domain/status.ts";
import type { ConfigurationFormValues } from "#lib/schemas/configuration.ts";
import type { Vendor, VendorSource } from "#lib/vendors/contract.ts";

type Alert = { [key: string]: Json };

/** A vendor with the values that the tests of every vendor need. */
export type VendorFixture = {
  vendor: Vendor;
  /** the values of the configuration form */
  form: ConfigurationFormValues;
  /** the secret among the form's values; no error message may contain it */
  secret: string;
  /** an alert as the vendor sends it */
  alert: Alert;
  /** the same alert in a later answer, in which nothing that matters has changed */
  again: Alert;
  /** versions of the alert with one change each; every change must change the fingerprint */
  changed: Alert[];
  /** generates alerts with properties replaced, left out or enlarged */
  bent: fc.Arbitrary<Json>;
  /** returns an alert whose status is this word */
  withStatus(word: Json): Alert;
  /** returns an alert whose severity is this word */
  withSeverity(word: Json): Alert;
  statusWords: Record<string, Status>;
  startStandIn(): Promise<StandIn>;
};

/** A stand-in for the vendor's server. A test can make its requests fail. */
export type StandIn = {
  /** the environment variables that hold the stand-in's address */
  environment: Record<string, string>;
  credential: VendorSource["credential"];
  /** adds an active alert to the vendor's alerts */
  add(): Promise<void>;
  /** makes every request fail in this way until `mend`; `silence` means that no answer comes */
  fail(fault: Fault): Promise<void>;
  mend(): Promise<void>;
  stop(): Promise<void>;
};
export type Fault = "401" | "403" | "404" | "429" | "500" | "503" | "html" | "truncated" | "silence";
