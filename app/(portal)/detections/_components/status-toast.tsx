"use client";

import Link from "next/link";
import { useEffect, useEffectEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { statusLabel, type TargetStatus } from "#lib/domain/status.ts";
import { capital } from "#lib/domain/text.ts";
import type { Batch } from "./use-status-changes.ts";

const quietMs = 6_000;
const refusedMax = 20;

/** The current state of a detection whose status was changed. */
export type Watched = { pendingStatus: TargetStatus | null; syncState: string };
type ToastProps = {
  batch: Batch;
  /** the vendor's name for the platform that holds the alerts */
  provider: string;
  find: (id: string) => Watched | undefined;
  onUndo: () => void;
  onDismiss: () => void;
};

/**
 * A toast with the state of the latest status changes. It has an Undo button while they are pending, and says why if they
 * failed.
 */
export function StatusToast({ batch, provider, find, onUndo, onDismiss }: ToastProps) {
  const [now, setNow] = useState(() => Date.now());
  const secondsLeft = Math.max(0, Math.ceil((batch.sendAt - now) / 1000));
  const counting = secondsLeft > 0 && !batch.undone;
  useEffect(() => {
    if (!counting) return;
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [counting]);

  const states = batch.pending.map((change) => ({ id: change.id, seen: find(change.id) }));
  const waiting = states.filter(({ seen }) => seen?.pendingStatus).length;
  const failed = states.filter(
    ({ seen }) =>
      !batch.verdict && seen && !seen.pendingStatus && ["diverged", "failed"].includes(seen.syncState),
  );
  const confirmed = states.filter(({ seen }) => seen && seen.syncState === "confirmed").length;
  const done = !counting && waiting === 0;
  const quiet = done && failed.length === 0 && batch.refused.length === 0 && !batch.problem;
  // the parent passes another `onDismiss` at each render, and the timer goes on
  const dismiss = useEffectEvent(onDismiss);
  useEffect(() => {
    if (!quiet) return;
    const timer = setTimeout(() => dismiss(), quietMs);
    return () => clearTimeout(timer);
  }, [quiet]);

  const label = statusLabel[batch.to];
  const count = batch.pending.length;
  const what = count > 1 ? `${label} for ${count} detections` : label;
  const main = batch.undone
    ? batch.verdict
      ? "Undone."
      : `Undone. Nothing was sent to ${provider}.`
    : count === 0
      ? null
      : batch.verdict
        ? `${batch.verdict}${count > 1 ? ` for ${count} detections` : ""}. ${capital(provider)} isn't told.`
        : counting
          ? `${what}: will be sent to ${provider} in ${secondsLeft} s`
          : waiting > 0
            ? `${what}: sending to ${provider} …`
            : confirmed > 0
              ? `${capital(provider)} confirmed ${count > 1 ? `${label} for ${confirmed} of ${count}` : label}.`
              : null;
  return (
    <div className="rounded-lg border border-line bg-raised p-3 text-sm shadow-lg">
      <output className="block space-y-1">
        {main ? <p className="font-medium">{main}</p> : null}
        {batch.problem ? <p className="text-danger">{batch.problem}</p> : null}
        {failed.length > 0 ? (
          <p>
            {`${failed.length === 1 ? "One change" : `${failed.length} changes`} did not take effect in ${provider}. `}
            <Link className="underline" href={`/detections/${failed[0]?.id}`}>
              See why
            </Link>
          </p>
        ) : null}
        <Refused batch={batch} />
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

/** The refused changes: how many of how many, and each with its title and reason. */
function Refused({ batch: { refused, pending } }: { batch: Batch }) {
  if (refused.length === 0) return null;
  const asked = refused.length + pending.length;
  return (
    <>
      <p className="font-medium">
        {asked === 1 ? "Not changed:" : `${refused.length} of ${asked} not changed:`}
      </p>
      <ul className="max-h-32 space-y-1 overflow-y-auto">
        {refused.slice(0, refusedMax).map(({ id, title, message }) => (
          <li key={id} className="break-words">
            {`“${title}”: ${message} `}
            <Link className="underline" href={`/detections/${id}`}>
              View
            </Link>
          </li>
        ))}
        {refused.length > refusedMax ? <li>{`And ${refused.length - refusedMax} more.`}</li> : null}
      </ul>
    </>
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
