/** The levels that a person can choose, most urgent first. */
export const namedSeverities = ["high", "medium", "low", "informational"] as const;
export type NamedSeverity = (typeof namedSeverities)[number];

/** The levels of an alert, most urgent first; `unknown` is what a vendor sent that none of them is. */
export const severities = [...namedSeverities, "unknown"] as const;
export type Severity = (typeof severities)[number];

export const severityLabel: Record<Severity, string> = {
  high: "High",
  medium: "Medium",
  low: "Low",
  informational: "Informational",
  unknown: "Unknown",
};

/** Larger is more urgent; kept as a number beside the row so that sorting needs no CASE. */
export const severityRank: Record<Severity, number> = {
  high: 4,
  medium: 3,
  low: 2,
  informational: 1,
  unknown: 0,
};
