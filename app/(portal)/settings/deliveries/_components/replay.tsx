"use client";

import { useEffect, useState } from "react";
import { ActionButton } from "#components/ui/action-button.tsx";
import { KeepFresh } from "#components/ui/keep-fresh.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { type DeliveryOutcome, deliveryOutcomeLabel, deliveryOutcomeMeaning } from "#lib/domain/delivery.ts";
import { replay } from "../actions.ts";

type Props = { id: string; outcome: DeliveryOutcome; reason: string | null; mergedAt: string };
const lookEveryMs = 1_000;
const patienceMs = 15_000;

/** A button that merges the delivery again. Waits until the delivery is merged, and then shows the outcome. */
export function Replay({ id, outcome, reason, mergedAt }: Props) {
  const [before, setBefore] = useState<string | null>(null);
  const [late, setLate] = useState(false);
  const { busy, problem, run } = useAction(
    "The portal could not be reached. Reload the page to see what stands, then try again.",
    { refreshes: false },
  );
  const waiting = before !== null && before === mergedAt;
  useEffect(() => {
    if (!waiting) return;
    const patience = setTimeout(() => setLate(true), patienceMs);
    return () => clearTimeout(patience);
  }, [waiting]);
  const start = () => {
    setLate(false);
    run(() => replay(id), { done: () => setBefore(mergedAt) });
  };
  return (
    <div className="space-y-3">
      {waiting ? <KeepFresh everyMs={lookEveryMs} /> : null}
      <ActionButton disabled={busy || waiting} onAct={start}>
        {waiting ? "Replaying …" : "Replay"}
      </ActionButton>
      <output className="block empty:hidden">
        {waiting && late ? (
          <Notice tone="warning" title="It waits still">
            Nothing is lost: it is merged once PocketSOC's worker comes to it. See that the worker is running.
          </Notice>
        ) : null}
        {before !== null && !waiting ? (
          <Notice tone="success" title={`Replayed. It is now: ${deliveryOutcomeLabel[outcome]}`}>
            {reason ?? deliveryOutcomeMeaning[outcome]}
          </Notice>
        ) : null}
      </output>
      {problem ? (
        <div role="alert">
          <Notice tone="danger" title="It was not replayed">
            {problem}
          </Notice>
        </div>
      ) : null}
    </div>
  );
}
