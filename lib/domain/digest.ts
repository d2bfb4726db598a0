import { type Severity, severities, severityLabel, severityRank } from "./severity.ts";

/** The kinds of digests that gather what arrives within a minute of a message: High alerts, and alerts of lower severities. */
export const gatheredKinds = ["gathered_high", "gathered_lower"] as const;
export type GatheredKind = (typeof gatheredKinds)[number];
/**
 * The kinds of digests that are the reason of their notifications: of history, of deferred alerts, of rate-limited alerts, and
 * of gathered alerts.
 */
export const collectingKinds = ["history", "off_hours", "rate_limited", ...gatheredKinds] as const;
/** The kinds of digests. `escalated`: escalations that are said together; it is sent when it is made. */
export const digestKinds = [...collectingKinds, "escalated"] as const;
export type DigestKind = (typeof digestKinds)[number];
/** The kinds of digests that are for one person and open until they are sent. */
export type PersonalDigestKind = Exclude<(typeof collectingKinds)[number], "history">;

/** Whether the message of a digest of this kind names the digest's alerts. */
export const namesAlerts = (kind: DigestKind): boolean =>
  kind === "escalated" || gatheredKinds.some((gathered) => gathered === kind);

/**
 * Why alerts were already old when they arrived: a configuration's first poll brought them, no poll ran for a while, or their
 * delivery was late.
 */
export const historyCauses = ["first_read", "gap", "late"] as const;
export type HistoryCause = (typeof historyCauses)[number];

/** The number of alerts of each severity. */
export type Counts = Partial<Record<Severity, number>>;

/** Returns the number of alerts of all severities together. */
export const totalOf = (counts: Counts): number =>
  severities.reduce((total, severity) => total + (counts[severity] ?? 0), 0);

const urgencyOf = (severity: Severity): number =>
  severity === "unknown" ? Number.POSITIVE_INFINITY : severityRank[severity];

/**
 * Returns the most urgent severity in `counts`. `unknown` is the most urgent of all, because such an alert may be
 * anything.
 */
export const worstOf = (counts: Counts): Severity =>
  severities
    .filter((severity) => (counts[severity] ?? 0) > 0)
    .reduce<Severity>(
      (worst, severity) => (urgencyOf(severity) > urgencyOf(worst) ? severity : worst),
      "informational",
    );

/** Returns a text such as "2 High, 12 Medium", with the most urgent severity first; "" if there are no alerts. */
export const countsText = (counts: Counts): string =>
  severities
    .filter((severity) => (counts[severity] ?? 0) > 0)
    .map((severity) => `${counts[severity]} ${severityLabel[severity]}`)
    .join(", ");

/** Returns a text such as "1 alert" or "14 alerts". */
export const alertsText = (count: number): string => (count === 1 ? "1 alert" : `${count} alerts`);
