import type fc from "fast-check";
import type { Json } from "#lib/domain/detection.ts";
import type { Status } from "#lib/domain/status.ts";
import type { ConfigurationFormValues } from "#lib/schemas/configuration.ts";
import type { Vendor, VendorSource } from "#lib/vendors/contract.ts";

type Alert = { [key: string]: Json };

/** What the laws need to know of a vendor to hold it to them. */
export type VendorFixture = {
  vendor: Vendor;
  /** what its form takes; `secret` is what no message may hold */
  form: ConfigurationFormValues;
  secret: string;
  /** an alert as the vendor gives it */
  alert: Alert;
  /** the same alert given again, with all else that changes from one answer to the next */
  again: Alert;
  /** the same alert after changes that count */
  changed: Alert[];
  /** alerts with anything bent, dropped or enlarged */
  bent: fc.Arbitrary<Json>;
  /** an alert with another word for its status, or its severity */
  withStatus(word: Json): Alert;
  withSeverity(word: Json): Alert;
  statusWords: Record<string, Status>;
  startStandIn(): Promise<StandIn>;
};

/** A vendor that isn't there, and how to have it fail. */
export type StandIn = {
  /** the settings that lead to it */
  environment: Record<string, string>;
  credential: VendorSource["credential"];
  /** adds an alert that is active; it is among those that are listed from then on */
  add(): Promise<void>;
  /** answers everything so until it is mended; `silence` never answers */
  fail(fault: Fault): Promise<void>;
  mend(): Promise<void>;
  stop(): Promise<void>;
};
export type Fault = "401" | "403" | "404" | "429" | "500" | "503" | "html" | "truncated" | "silence";
