import { z } from "zod";
import { Severity, Status } from "./words.ts";

/** Any JSON value, as it came from a vendor. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One thing an alert is about (a resource, a directory, a workspace). */
export const AffectedResource = z.object({
  /** the vendor's own kind */
  kind: z.string(),
  id: z.string(),
  /** last segment, for people */
  name: z.string(),
  /** e.g. Microsoft.Compute/virtualMachines; "" when it can't be told */
  resourceType: z.string(),
});
export type AffectedResource = z.infer<typeof AffectedResource>;

/** An entity of an alert, its references resolved one level deep so that a loop can't form. */
export const Entity = z.object({
  kind: z.string(),
  /** what a person would call it: an address, a host name, an account, a file path */
  name: z.string(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  /** set when a click may filter the feed by it */
  pivot: z.object({ type: z.enum(["ip", "host", "account"]), value: z.string() }).nullable(),
});
export type Entity = z.infer<typeof Entity>;

/** A piece of vendor text; `href` only ever holds an https address. */
export const TextOrLink = z.object({ text: z.string(), href: z.string().nullable() });
export type TextOrLink = z.infer<typeof TextOrLink>;

/**
 * What a vendor's alert becomes: one shape for every vendor. Strings are well formed, free of NUL, and cut
 * to the lengths given in `lib/domain/text.ts`; the raw alert keeps everything.
 */
export const NormalisedDetection = z.object({
  /** the vendor's id, lower case */
  vendorAlertId: z.string(),
  /** the vendor's scope of that id, lower case */
  scopeId: z.string(),
  title: z.string(),
  description: z.string(),
  alertType: z.string(),
  severity: Severity,
  status: Status,
  /** the words as sent, for values we don't know */
  vendorSeverity: z.string(),
  vendorStatus: z.string(),
  isSample: z.boolean(),
  isIncident: z.boolean(),
  product: z.string(),
  productComponent: z.string(),
  /** what the row shows; "" when none */
  resourceName: z.string(),
  resourceType: z.string(),
  compromisedEntity: z.string(),
  tactics: z.array(z.string()),
  techniques: z.array(z.string()),
  resources: z.array(AffectedResource),
  entities: z.array(Entity),
  extendedProperties: z.array(z.object({ name: z.string(), value: TextOrLink })),
  remediationSteps: z.array(TextOrLink),
  links: z.array(TextOrLink),
  /** the vendor's own page for the alert; https or null */
  vendorUrl: z.string().nullable(),
  /** ISO 8601, UTC, microseconds at most; null when missing or not a date of 2010 or later */
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  generatedAt: z.string().nullable(),
  /** the vendor's change counter, as sent */
  version: z.string(),
  /** what had to be bent to fit: "startTimeUtc isn't a date", "title was cut", … */
  remarks: z.array(z.string()),
});
export type NormalisedDetection = z.infer<typeof NormalisedDetection>;

/** What a vendor's alert came to: a detection, with where the vendor finds it again if the copy says so; or why it is none. */
export type NormaliseResult<Ref = Json> =
  | { ok: true; detection: NormalisedDetection; ref: Ref | null }
  | { ok: false; reason: string };
