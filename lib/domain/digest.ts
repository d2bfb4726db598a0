import { type Severity, severities, severityLabel, severityRank } from "./severity.ts";

/**
 * The kinds of digests: alerts that were history when they arrived, alerts that were deferred until a person's hours begin, or
 * alerts that were rate-limited.
 */
export const digestKinds = ["history", "off_hours", "rate_limited"] as const;
/** The kinds that are for one person. */
export type PersonalDigestKind = Exclude<(typeof digestKinds)[number], "history">;

/** Why alerts were history when they arrived: a configuration's first poll, a time without polls, or a late delivery. */
export const historyCauses = ["first_read", "gap", "late"] as const;
export type HistoryCause = (typeof historyCauses)[number];

/** The number of alerts of each severity. */
export type Counts = Partial<Record<Severity, number>>;

/** The number of alerts of all severities. */
export const totalOf = (counts: Counts): number =>
  severities.reduce((total, severity) => total + (counts[severity] ?? 0), 0);

const urgencyOf = (severity: Severity): number =>
  severity === "unknown" ? Number.POSITIVE_INFINITY : severityRank[severity];

/** Returns the most urgent severity with an alert. Unknown comes first, because it may be anything. */
export const worstOf = (counts: Counts): Severity =>
  severities
    .filter((severity) => (counts[severity] ?? 0) > 0)
    .reduce<Severity>(
      (worst, severity) => (urgencyOf(severity) > urgencyOf(worst) ? severity : worst),
      "informational",
    );

/** "2 High, 12 Medium", the most urgent first; "" for none. */
export const countsText = (counts: Counts): string =>
  severities
    .filter((severity) => (counts[severity] ?? 0) > 0)
    .map((severity) => `${counts[severity]} ${severityLabel[severity]}`)
    .join(", ");

/** "1 alert", "14 alerts". */
export const alertsText = (count: number): string => (count === 1 ? "1 alert" : `${count} alerts`);
