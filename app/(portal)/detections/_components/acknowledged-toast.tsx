"use client";

import { useEffect, useEffectEvent } from "react";
import type { AcknowledgeResult } from "#lib/triage/acknowledge.ts";

const shownMs = 6_000;

/** The outcome of acknowledging `count` detections, of which `results` weren't acknowledged on this screen yet. */
export function acknowledgedSentence(count: number, results: readonly AcknowledgeResult[]): string {
  const done = results.filter(({ outcome }) => outcome === "acknowledged").length;
  const gone = results.filter(({ outcome }) => outcome === "not_found").length;
  const already = count - done - gone;
  const parts = [
    `${done} acknowledged`,
    ...(already > 0 ? [`${already} ${already === 1 ? "was" : "were"} already`] : []),
    ...(gone > 0 ? [`${gone} ${gone === 1 ? "is" : "are"} no longer here`] : []),
  ];
  return `${parts.join(", ")}.`;
}

/** What came of acknowledging several detections. Closes by itself. */
export function AcknowledgedToast({ text, onDismiss }: { text: string; onDismiss: () => void }) {
  // the parent passes another `onDismiss` at each render, and the timer goes on
  const dismiss = useEffectEvent(onDismiss);
  useEffect(() => {
    const timer = setTimeout(() => dismiss(), shownMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <output className="block rounded-lg border border-line bg-raised p-3 text-sm font-medium shadow-lg">
      {text}
    </output>
  );
}
