"use client";

import { useEffect, useEffectEvent } from "react";
import { Button } from "#components/ui/button.tsx";
import type { OwnerChange } from "./use-owner.ts";

const shownMs = 6_000;

type Props = { change: OwnerChange; onUndo: () => void; onDismiss: () => void };

/** What came of a change of owners, with Undo while that is possible. Closes by itself unless something was refused. */
export function OwnerToast({ change, onUndo, onDismiss }: Props) {
  const { text, refused, done } = change;
  // the parent passes another `onDismiss` at each render, and the timer goes on
  const dismiss = useEffectEvent(onDismiss);
  const isQuiet = refused.length === 0;
  useEffect(() => {
    if (!isQuiet) return;
    const timer = setTimeout(() => dismiss(), Math.max(shownMs, change.until - Date.now()));
    return () => clearTimeout(timer);
  }, [change, isQuiet]);
  return (
    <div className="flex items-center gap-3 rounded-lg border border-line bg-raised p-3 text-sm shadow-lg">
      <output className="block min-w-0 flex-1">
        {text ? <p className="font-medium">{text}</p> : null}
        {refused.map((sentence) => (
          <p key={sentence} className="break-words">
            {sentence}
          </p>
        ))}
      </output>
      {done.length > 0 ? <Button onClick={onUndo}>Undo</Button> : null}
      {done.length > 0 && isQuiet ? null : <Button onClick={onDismiss}>Close</Button>}
    </div>
  );
}
