import type { AcknowledgeResult } from "#lib/triage/acknowledge.ts";

/** The outcome of acknowledging `count` detections, of which `results` weren't acknowledged on this screen yet. */
export function acknowledgedSentence(count: number, results: readonly AcknowledgeResult[]): string {
  const done = results.filter(({ outcome }) => outcome === "acknowledged").length;
  const gone = results.filter(({ outcome }) => outcome === "not_found").length;
  const already = count - done - gone;
  if (count === 1 && done === 1) return "Acknowledged. It is yours.";
  const parts = [
    `${done} acknowledged`,
    ...(already > 0 ? [`${already} ${already === 1 ? "was" : "were"} already`] : []),
    ...(gone > 0 ? [`${gone} ${gone === 1 ? "is" : "are"} no longer here`] : []),
  ];
  return `${parts.join(", ")}.`;
}
