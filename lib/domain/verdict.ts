import type { TargetStatus } from "./status.ts";

/** The result of a person's investigation of an alert. */
export const verdicts = ["true_positive", "false_positive", "benign", "undetermined"] as const;
export type Verdict = (typeof verdicts)[number];

/** The reasons that people choose when they judge an alert. */
export const reasons = [
  "confirmed",
  "remediated",
  "expected",
  "false_positive",
  "test",
  "undetermined",
] as const;
export type Reason = (typeof reasons)[number];

type Judgement = { label: string; short: string; meaning: string; verdict: Verdict; status: TargetStatus };

/** What each reason says of the alert, and the status that goes with it. A true positive that is confirmed stays open. */
export const judgements: Record<Reason, Judgement> = {
  confirmed: {
    label: "Confirm true positive",
    short: "TP",
    meaning: "It is an attack. The alert stays open.",
    verdict: "true_positive",
    status: "in_progress",
  },
  remediated: {
    label: "True positive, remediated",
    short: "TP",
    meaning: "It was an attack, and it is dealt with.",
    verdict: "true_positive",
    status: "resolved",
  },
  expected: {
    label: "Expected",
    short: "Expected",
    meaning: "It happened, and it was meant to.",
    verdict: "benign",
    status: "dismissed",
  },
  false_positive: {
    label: "False positive",
    short: "FP",
    meaning: "What the alert says didn't happen.",
    verdict: "false_positive",
    status: "dismissed",
  },
  test: {
    label: "Test",
    short: "Test",
    meaning: "Somebody tested the detection.",
    verdict: "benign",
    status: "dismissed",
  },
  undetermined: {
    label: "Undetermined",
    short: "?",
    meaning: "It can't be told. Say in the note what you looked at.",
    verdict: "undetermined",
    status: "dismissed",
  },
};

/** How a verdict was given. Only one that a person gave in the verdict sheet is a precedent. */
export const judgedHow = ["sheet", "precedent", "bulk", "rule", "api", "vendor"] as const;
export type JudgedHow = (typeof judgedHow)[number];

/**
 * Returns the verdict that a status implies for a vendor: a true positive for Resolved, and null for Active, which withdraws an
 * earlier verdict. Returns undefined for a status that implies no verdict.
 */
export function verdictOf(status: TargetStatus): Verdict | null | undefined {
  if (status === "resolved") return "true_positive";
  return status === "active" ? null : undefined;
}
