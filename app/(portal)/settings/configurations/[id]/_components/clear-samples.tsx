"use client";

import { useState } from "react";
import { ActionButton } from "#components/ui/action-button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import type { StatusResult } from "#lib/triage/request-status.ts";
import { clear } from "../actions.ts";

/**
 * A button that dismisses a pipe test's samples at the vendor and then says how many couldn't be dismissed. `provider` is the
 * name of the platform that holds the alerts.
 */
export function ClearSamples({ testId, provider }: { testId: string; provider: string }) {
  const [results, setResults] = useState<StatusResult[] | null>(null);
  const { busy, problem, run } = useAction(
    "The portal could not be reached. Look at the samples under Detections, then try again.",
    { refreshes: false },
  );
  const start = () => run(() => clear(testId), { done: setResults });
  const refused = (results ?? []).flatMap((result) => (result.outcome === "refused" ? [result] : []));
  const pending = (results ?? []).length - refused.length;
  return (
    <div className="space-y-2">
      {results === null || refused.length > 0 ? (
        <ActionButton disabled={busy} onAct={start}>
          {busy ? "Clearing …" : "Clear the samples"}
        </ActionButton>
      ) : null}
      <output className="block space-y-2 empty:hidden">
        {results !== null && (pending > 0 || results.length === 0) ? (
          <Notice tone="success" title={pendingTitle(pending, provider)} />
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
            {[...new Set(refused.map((result) => result.message))].join(" ")}
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

function pendingTitle(pending: number, provider: string): string {
  if (pending === 0) return "All samples of this test are already closed or being closed";
  return pending === 1
    ? `1 sample is being dismissed in ${provider}; its page shows when that is confirmed`
    : `${pending} samples are being dismissed in ${provider}; their pages show when that is confirmed`;
}
