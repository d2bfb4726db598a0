"use client";

import { useState } from "react";
import { ActionButton } from "#components/ui/action-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { StatusResult } from "#lib/triage/set-status.ts";
import { clear } from "../actions.ts";

/** Dismisses a test's samples in Azure, and says of how many it could not be asked. */
export function ClearSamples({ testId }: { testId: string }) {
  const [results, setResults] = useState<StatusResult[] | null>(null);
  const { busy, problem, run } = useAction(
    "The portal could not be reached. Look at the samples under Detections, then try again.",
    { refreshes: false },
  );
  const start = () => run(() => clear(testId), { done: setResults });
  const refused = (results ?? []).flatMap((one) => (one.outcome === "refused" ? [one] : []));
  const held = (results ?? []).length - refused.length;
  return (
    <div className="space-y-2">
      {results === null || refused.length > 0 ? (
        <ActionButton disabled={busy} onAct={start}>
          {busy ? "Clearing …" : "Clear the samples"}
        </ActionButton>
      ) : null}
      <output className="block space-y-2 empty:hidden">
        {results !== null && (held > 0 || results.length === 0) ? (
          <Notice tone="success" title={heldTitle(held)} />
        ) : null}
        {refused.length > 0 ? (
          <Notice
            tone="danger"
            title={
              refused.length === 1
                ? "1 sample could not be dismissed"
                : `${refused.length} samples could not be dismissed`
            }
          >
            {[...new Set(refused.map((one) => one.message))].join(" ")}
          </Notice>
        ) : null}
      </output>
      {problem ? (
        <div role="alert">
          <Notice tone="danger" title="The samples were not cleared">
            {problem}
          </Notice>
        </div>
      ) : null}
    </div>
  );
}

function heldTitle(held: number): string {
  if (held === 0) return "Every sample of this test is closed or being closed already";
  return held === 1
    ? "1 sample is being dismissed in Azure; its page says when that is confirmed"
    : `${held} samples are being dismissed in Azure; their pages say when that is confirmed`;
}
