import { z } from "zod";
import { Severity, Status } from "./words.ts";

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A resource, directory or workspace that an alert is about. */
export const AffectedResource = z.object({
  /** the vendor's own name of the kind */
  kind: z.string(),
  id: z.string(),
  /** the last segment of the id, to show */
  name: z.string(),
  /** such as Microsoft.Compute/virtualMachines; "" if unknown */
  resourceType: z.string(),
});
export type AffectedResource = z.infer<typeof AffectedResource>;

/** An entity of an alert. References are resolved one level deep, so there can be no loop. */
export const Entity = z.object({
  kind: z.string(),
  /** the name to show: an address, a host name, an account, a file path */
  name: z.string(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  /** what a click filters the feed by; null if it can't */
  pivot: z.object({ type: z.enum(["ip", "host", "account"]), value: z.string() }).nullable(),
});
export type Entity = z.infer<typeof Entity>;

/** A text from a vendor. `href` is an https address or null. */
export const TextOrLink = z.object({ text: z.string(), href: z.string().nullable() });
export type TextOrLink = z.infer<typeof TextOrLink>;

/**
 * An alert in the common format of all vendors. Strings are well formed, without NUL, and cut to the lengths in
 * `lib/domain/text.ts`. The raw alert is stored separately and complete.
 */
export const NormalisedDetection = z.object({
  /** the vendor's id, in lower case */
  vendorAlertId: z.string(),
  /** the scope that the id belongs to, in lower case */
  scopeId: z.string(),
  title: z.string(),
  description: z.string(),
  alertType: z.string(),
  severity: Severity,
  status: Status,
  /** the vendor's own words, for unknown values */
  vendorSeverity: z.string(),
  vendorStatus: z.string(),
  isSample: z.boolean(),
  isIncident: z.boolean(),
  product: z.string(),
  productComponent: z.string(),
  /** the resource to show in lists; "" if there is none */
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
  /** the alert's page at the vendor; an https address or null */
  vendorUrl: z.string().nullable(),
  /** ISO 8601 in UTC with microseconds; null if missing or not a usable date */
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  generatedAt: z.string().nullable(),
  /** the vendor's version of the alert, unchanged */
  version: z.string(),
  /** sentences about parts that couldn't be used: "startTimeUtc isn't a usable date.", … */
  remarks: z.array(z.string()),
});
export type NormalisedDetection = z.infer<typeof NormalisedDetection>;

/** The result of normalising an alert: a detection with its ref, if the alert names one, or the reason why it can't be used. */
export type NormaliseResult<Ref = Json> =
  | { ok: true; detection: NormalisedDetection; ref: Ref | null }
  | { ok: false; reason: string };
