import type { Severity } from "./severity.ts";

/** complete reads that must miss an alert before the vendor counts as not knowing it */
export const unknownAfterPolls = 2;
/** how long a vendor's list, which may be assembled from regions, may lack a new alert or a change */
export const listLagMs = 5 * 60_000;
/** the interval of heartbeats; after `heartbeatsMissed` missing ones the webhook counts as broken */
export const heartbeatEveryMs = 15 * 60_000;
export const heartbeatsMissed = 3;
/** how long the webhook may take to bring an alert that a poll has found */
export const webhookGraceMs = 5 * 60_000;
/** the severities that the templates forward by default */
const defaultSeverities: readonly Severity[] = ["high", "medium"];

/** A forwarding rule at the vendor, as the vendor lists it. */
export type ForwardingRule = { name: string; enabled: boolean; severities: readonly Severity[] };

/** Returns the severities that the enabled rules forward, or the default ones if no rule is known. */
export function forwardedSeverities(rules: readonly ForwardingRule[] | null): readonly Severity[] {
  if (!rules || rules.length === 0) return defaultSeverities;
  return [...new Set(rules.filter(({ enabled }) => enabled).flatMap((rule) => rule.severities))];
}
