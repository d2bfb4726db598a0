"use client";

import Link from "next/link";
import { useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { statusLabel, type TargetStatus } from "#lib/domain/status.ts";
import { setStatus, undoStatus } from "../actions.ts";
import type { Subject } from "./status-dialog.tsx";

/** One press of "Set status": what was held, what was refused, and until when Undo works. */
type Batch = {
  to: TargetStatus;
  /** by this browser's clock */
  sendAt: number;
  undoMs: number;
  held: { id: string; changeId: string }[];
  refused: { id: string; message: string }[];
  problem: string | null;
  undone: boolean;
};
type Watched = { pendingStatus: TargetStatus | null; syncState: string };

/** Asks for statuses and takes them back; `onChanged` looks at the rows again. */
export function useStatusBatch(onChanged: (ids: string[]) => void) {
  const [batch, setBatch] = useState<Batch | null>(null);
  const ids = (of: Batch | null) => (of ? of.held.map((one) => one.id) : []);

  async function ask(to: TargetStatus, subjects: Subject[], note: string): Promise<void> {
    const items = subjects.map(({ id, status }) => ({ id, expected: status }));
    const base: Batch = { to, sendAt: 0, undoMs: 0, held: [], refused: [], problem: null, undone: false };
    try {
      const answer = await setStatus({ items, to, note });
      if (!answer.ok) return setBatch({ ...base, problem: answer.message });
      const held = answer.value.flatMap((one) => (one.outcome === "held" ? [one] : []));
      const refused = answer.value.flatMap((one) => (one.outcome === "refused" ? [one] : []));
      const undoMs = Math.min(...held.map((one) => one.undoMs));
      setBatch({ ...base, held, refused, undoMs, sendAt: held.length > 0 ? Date.now() + undoMs : 0 });
      onChanged(items.map((item) => item.id));
    } catch {
      setBatch({
        ...base,
        problem:
          "The portal could not be reached. Look at the status again before you repeat it: your request may have arrived.",
      });
    }
  }

  async function undo(): Promise<void> {
    if (!batch || batch.undone || batch.held.length === 0) return;
    try {
      const answer = await undoStatus(batch.held.map((one) => one.changeId));
      if (!answer.ok) return setBatch({ ...batch, problem: answer.message });
      const late = answer.value.filter((one) => !one.undone).length;
      setBatch({
        ...batch,
        undone: late === 0,
        problem:
          late === 0
            ? null
            : `${late} of ${batch.held.length} had been sent already, so they can't be taken back. Change them again if you need to.`,
      });
    } catch {
      setBatch({ ...batch, problem: "The portal could not be reached, so nothing was taken back." });
    }
    onChanged(ids(batch));
  }

  return { batch, ask, undo, dismiss: () => setBatch(null) };
}

type ToastProps = {
  batch: Batch;
  watched: (id: string) => Watched | undefined;
  onUndo: () => void;
  onDismiss: () => void;
};

/** What became of the last change: held with Undo, on its way, confirmed by Azure, or not and why. */
export function StatusToast({ batch, watched, onUndo, onDismiss }: ToastProps) {
  const [now, setNow] = useState(() => Date.now());
  const secondsLeft = Math.max(0, Math.ceil((batch.sendAt - now) / 1000));
  const counting = secondsLeft > 0 && !batch.undone;
  useEffect(() => {
    if (!counting) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [counting]);

  const states = batch.held.map((one) => ({ id: one.id, seen: watched(one.id) }));
  const waiting = states.filter(({ seen }) => seen?.pendingStatus).length;
  const failed = states.filter(
    ({ seen }) => seen && !seen.pendingStatus && ["diverged", "failed"].includes(seen.syncState),
  );
  const confirmed = states.filter(({ seen }) => seen && seen.syncState === "confirmed").length;
  const done = !counting && waiting === 0;
  const quiet = done && failed.length === 0 && batch.refused.length === 0 && !batch.problem;
  useEffect(() => {
    if (!quiet) return;
    const timer = setTimeout(onDismiss, 6_000);
    return () => clearTimeout(timer);
  }, [quiet, onDismiss]);

  const label = statusLabel[batch.to];
  const count = batch.held.length;
  const what = count > 1 ? `${label} for ${count} detections` : label;
  const main = batch.undone
    ? "Taken back. Nothing was sent to Azure; it stays acknowledged."
    : count === 0
      ? null
      : counting
        ? `${what}: sent to Azure in ${secondsLeft} s`
        : waiting > 0
          ? `${what}: sending to Azure …`
          : confirmed > 0
            ? `Azure confirmed ${count > 1 ? `${label} for ${confirmed} of ${count}` : label}.`
            : null;
  return (
    <div className="fixed inset-x-3 bottom-20 z-20 mx-auto max-w-md rounded-lg border border-line bg-raised p-3 text-sm shadow-lg md:bottom-6">
      <output className="block space-y-1">
        {main ? <p className="font-medium">{main}</p> : null}
        {batch.problem ? <p className="text-danger">{batch.problem}</p> : null}
        {failed.length > 0 ? (
          <p>
            {failed.length === 1 ? "One change" : `${failed.length} changes`} did not take effect in Azure.{" "}
            <Link className="underline" href={`/detections/${failed[0]?.id}`}>
              See why
            </Link>
          </p>
        ) : null}
        {batch.refused.length > 0 ? (
          <ul className="max-h-32 space-y-1 overflow-y-auto">
            {batch.refused.slice(0, 20).map((one) => (
              <li key={one.id}>
                Left as it was: {one.message}{" "}
                <Link className="underline" href={`/detections/${one.id}`}>
                  View
                </Link>
              </li>
            ))}
          </ul>
        ) : null}
      </output>
      <div className="mt-2 flex gap-2 empty:hidden">
        {counting ? (
          <Button onClick={onUndo} className="gap-2">
            <Ring share={(secondsLeft * 1_000) / batch.undoMs} /> Undo
          </Button>
        ) : (
          <Button onClick={onDismiss}>Close</Button>
        )}
      </div>
    </div>
  );
}

function Ring({ share }: { share: number }) {
  const around = 2 * Math.PI * 7;
  return (
    <svg aria-hidden="true" width="18" height="18" viewBox="0 0 18 18" className="-rotate-90">
      <circle cx="9" cy="9" r="7" fill="none" strokeWidth="2" className="stroke-line" />
      <circle
        cx="9"
        cy="9"
        r="7"
        fill="none"
        strokeWidth="2"
        strokeDasharray={around}
        strokeDashoffset={around * (1 - Math.min(1, share))}
        className="stroke-accent"
      />
    </svg>
  );
}
