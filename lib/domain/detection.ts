import { z } from "zod";
import { Severity, Status } from "./words.ts";

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A resource, directory or workspace that an alert is about. */
export const AffectedResource = z.object({
  /** the kind of resource, in the vendor's own words */
  kind: z.string(),
  id: z.string(),
  /** the resource's name, which is the last part of its id */
  name: z.string(),
  /** the type of the resource, such as Microsoft.Compute/virtualMachines; "" if unknown */
  resourceType: z.string(),
});
export type AffectedResource = z.infer<typeof AffectedResource>;

/** An entity of an alert, such as an address or an account. */
export const Entity = z.object({
  kind: z.string(),
  /** the name that pages show: an address, a host name, an account or a file path */
  name: z.string(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  /** the feed filter that a click on the entity sets; null if the feed can't be filtered by the entity */
  pivot: z.object({ type: z.enum(["ip", "host", "account"]), value: z.string() }).nullable(),
});
export type Entity = z.infer<typeof Entity>;

/** A text from a vendor. `href` is the https address of the text's link; null if the text has no link. */
export const TextOrLink = z.object({ text: z.string(), href: z.string().nullable() });
export type TextOrLink = z.infer<typeof TextOrLink>;

/**
 * An alert in the common format of all vendors. The texts are well formed, without NUL, and cut to the lengths in
 * `lib/domain/text.ts`.
 */
export const NormalisedDetection = z.object({
  /** the alert's id at the vendor, in lower case */
  vendorAlertId: z.string(),
  /** the scope in which `vendorAlertId` is unique, in lower case */
  scopeId: z.string(),
  title: z.string(),
  description: z.string(),
  alertType: z.string(),
  severity: Severity,
  status: Status,
  /** the severity as the vendor spells it, even if PocketSOC doesn't know it */
  vendorSeverity: z.string(),
  /** the status as the vendor spells it, even if PocketSOC doesn't know it */
  vendorStatus: z.string(),
  isSample: z.boolean(),
  isIncident: z.boolean(),
  product: z.string(),
  productComponent: z.string(),
  /** the resource name that lists show; "" if the alert has no resource */
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
  /** the address of the alert's page at the vendor; https or null */
  vendorUrl: z.string().nullable(),
  /** the start time in ISO 8601, in UTC with microseconds; null if missing or unusable */
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  generatedAt: z.string().nullable(),
  /** the vendor's version of the alert, as the vendor sent it */
  version: z.string(),
  /** sentences about the parts of the alert that couldn't be used, such as "startTimeUtc isn't a usable date." */
  remarks: z.array(z.string()),
});
export type NormalisedDetection = z.infer<typeof NormalisedDetection>;
export type DetectionField = keyof NormalisedDetection;

/**
 * The result of normalising an alert: a detection and its ref, or the reason why the alert can't be used. The ref is
 * null if the alert doesn't contain one. `leftOut` names the fields of which the alert says nothing, if the vendor's answers
 * leave fields out at times; what an earlier answer said of them stands.
 */
export type NormaliseResult<Ref = Json> =
  | {
      ok: true;
      detection: NormalisedDetection;
      ref: Ref | null;
      leftOut?: readonly DetectionField[];
    }
  | { ok: false; reason: string };
