import { type Severity, severities, severityLabel, severityRank } from "./severity.ts";

/**
 * What a digest is about: alerts that were history when they came, alerts that were deferred until a person's hours
 * begin, or alerts that were rate-limited.
 */
export const digestKinds = ["history", "off_hours", "rate_limited"] as const;
/** The kinds that count what was kept for one person. */
export type PersonalDigestKind = Exclude<(typeof digestKinds)[number], "history">;

/** Why alerts were history when they came: a configuration's first read, a time without reads, or a late delivery. */
export const historyCauses = ["first_read", "gap", "late"] as const;
export type HistoryCause = (typeof historyCauses)[number];

/** How many alerts there are of each severity. */
export type Counts = Partial<Record<Severity, number>>;

/** How many alerts there are of all severities. */
export const totalOf = (counts: Counts): number =>
  severities.reduce((total, severity) => total + (counts[severity] ?? 0), 0);

const urgencyOf = (severity: Severity): number =>
  severity === "unknown" ? Number.POSITIVE_INFINITY : severityRank[severity];

/** The most urgent severity of which there is an alert. Unknown comes first, since it may be any. */
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
