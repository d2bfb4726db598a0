import type { Severity } from "./severity.ts";

/** after this many complete polls without a delivered alert, PocketSOC treats the alert as unknown to the vendor */
export const unknownAfterPolls = 2;
/** how long a vendor's list of alerts may lack a new alert or a change */
export const listLagMs = 5 * 60_000;
/** the time between two heartbeats */
export const heartbeatEveryMs = 15 * 60_000;
export const heartbeatsMissed = 3;
/** how long the webhook may take to bring an alert that a poll has already found */
export const webhookGraceMs = 5 * 60_000;
/** the severities that PocketSOC's deployment templates forward by default */
const defaultSeverities: readonly Severity[] = ["high", "medium"];

/** A forwarding rule at the vendor, in the form in which the vendor lists it. */
export type ForwardingRule = { name: string; enabled: boolean; severities: readonly Severity[] };

/** Returns the severities that the enabled rules forward, or the default severities if no rule is known. */
export function forwardedSeverities(rules: readonly ForwardingRule[] | null): readonly Severity[] {
  if (!rules || rules.length === 0) return defaultSeverities;
  return [...new Set(rules.filter(({ enabled }) => enabled).flatMap((rule) => rule.severities))];
}
