/** The severities that PocketSOC knows, most urgent first. */
export const namedSeverities = ["high", "medium", "low", "informational"] as const;
export type NamedSeverity = (typeof namedSeverities)[number];

/** The severities of a detection, most urgent first. `unknown` stands for any other value that a vendor sent. */
export const severities = [...namedSeverities, "unknown"] as const;
export type Severity = (typeof severities)[number];

export const severityLabel: Record<Severity, string> = {
  high: "High",
  medium: "Medium",
  low: "Low",
  informational: "Informational",
  unknown: "Unknown",
};

/** Whether a severity is treated as High: an unknown one is. */
export const isUrgent = (severity: Severity): boolean => severity === "high" || severity === "unknown";

/**
 * The rank of each severity. A higher rank is more urgent; an unknown severity counts as High. Each detection stores its rank,
 * so that a query can sort by it.
 */
export const severityRank: Record<Severity, number> = {
  high: 4,
  medium: 3,
  low: 2,
  informational: 1,
  unknown: 4,
};
