"use client";

import { useState } from "react";
import { useAction } from "#components/ui/use-action.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import { acknowledge } from "../actions.ts";
import type { Subject } from "./status-choices.tsx";
import { useStatusChanges } from "./use-status-changes.ts";

type Options = {
  /** the message if the portal doesn't answer when the person acknowledges */
  unreachable: string;
  /** called with the ids of detections to reread */
  onChanged: (ids: string[]) => void;
};
export type Triage = ReturnType<typeof useTriage>;

/** The decisions that a person can make on detections: acknowledge, choose and set a status, undo. */
export function useTriage({ unreachable, onChanged }: Options) {
  const [question, setQuestion] = useState<{ subjects: Subject[]; preset: TargetStatus | null } | null>(null);
  const { batch, set, undo, dismiss } = useStatusChanges(onChanged);
  const acknowledging = useAction(unreachable, { refreshes: false });

  /** Acknowledges those of `subjects` that nobody has acknowledged yet. */
  const acknowledgeAll = (subjects: readonly { id: string; acknowledgedBy: string | null }[]): void => {
    const ids = subjects.filter(({ acknowledgedBy }) => !acknowledgedBy).map(({ id }) => id);
    const look = () => onChanged(ids);
    if (ids.length > 0) acknowledging.run(() => acknowledge(ids), { done: look, refused: look });
  };
  return {
    question,
    /** opens the dialog that asks for a new status of these detections */
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
