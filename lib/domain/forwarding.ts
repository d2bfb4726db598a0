import type { Severity } from "./severity.ts";

/** full reads after which an alert that only a webhook brought is one that its vendor doesn't know */
export const unknownAfterPolls = 2;
/** A vendor may put its list together from regions, so for so long it may show neither an alert nor a change. */
export const listLagMs = 5 * 60_000;
/** a heartbeat comes every 15 minutes; after three that didn't, the pipe counts as broken */
export const heartbeatEveryMs = 15 * 60_000;
export const heartbeatsMissed = 3;
/** for so long an alert that a read found may still be on its way by webhook */
export const webhookGraceMs = 5 * 60_000;
/** what the templates send unless told otherwise */
const defaultSeverities: readonly Severity[] = ["high", "medium"];

/** What sends alerts to a webhook, as the vendor says it is set up now. */
export type ForwardingRule = { name: string; enabled: boolean; severities: readonly Severity[] };

/** The severities that the vendor's rules send: those of the enabled ones, or the usual when none is known. */
export function forwardedSeverities(rules: readonly ForwardingRule[] | null): readonly Severity[] {
  if (!rules || rules.length === 0) return defaultSeverities;
  return [...new Set(rules.filter((one) => one.enabled).flatMap((one) => one.severities))];
}
