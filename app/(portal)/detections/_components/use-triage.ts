"use client";

import { useState } from "react";
import { useAction } from "#components/ui/use-action.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import { acknowledge } from "../actions.ts";
import type { Subject } from "./status-dialog.tsx";
import { useStatusChanges } from "./use-status-changes.ts";

type Options = {
  /** what to say when the portal didn't answer to Acknowledge */
  unreachable: string;
  /** looks at the detections again */
  onChanged: (ids: string[]) => void;
};
export type Triage = ReturnType<typeof useTriage>;

/** What is decided about detections: acknowledge them, ask for a status and set it, Undo. */
export function useTriage({ unreachable, onChanged }: Options) {
  const [question, setQuestion] = useState<{ subjects: Subject[]; preset: TargetStatus | null } | null>(null);
  const { batch, set, undo, dismiss } = useStatusChanges(onChanged);
  const acknowledging = useAction(unreachable, { refreshes: false });

  /** Acknowledges those that nobody has yet. */
  const acknowledgeAll = (subjects: readonly { id: string; acknowledgedBy: string | null }[]): void => {
    const ids = subjects.filter(({ acknowledgedBy }) => !acknowledgedBy).map(({ id }) => id);
    const look = () => onChanged(ids);
    if (ids.length > 0) acknowledging.run(() => acknowledge(ids), { done: look, refused: look });
  };
  return {
    question,
    /** asks which status they are to have */
    ask: (subjects: Subject[], preset: TargetStatus | null) => setQuestion({ subjects, preset }),
    leave: () => setQuestion(null),
    acknowledgeAll,
    problem: acknowledging.problem,
    batch,
    set,
    undo,
    dismiss,
  };
}
