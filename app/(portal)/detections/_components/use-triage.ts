"use client";

import { useState } from "react";
import { useAction } from "#components/ui/use-action.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import type { AcknowledgeResult } from "#lib/triage/acknowledge.ts";
import { acknowledge } from "../actions.ts";
import { acknowledgedSentence } from "./acknowledged-toast.tsx";
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
  const [acknowledged, setAcknowledged] = useState("");
  const acknowledging = useAction(unreachable, { refreshes: false });

  /**
   * Acknowledges those of `subjects` that nobody has acknowledged yet. Several are reported, and `onDone` is called, once that
   * is done.
   */
  const acknowledgeAll = (
    subjects: readonly { id: string; acknowledgedBy: string | null }[],
    onDone?: () => void,
  ): void => {
    const ids = subjects.filter(({ acknowledgedBy }) => !acknowledgedBy).map(({ id }) => id);
    const report = (results: readonly AcknowledgeResult[]) => {
      if (subjects.length > 1) setAcknowledged(acknowledgedSentence(subjects.length, results));
      onDone?.();
    };
    if (ids.length === 0) return subjects.length > 0 ? report([]) : undefined;
    const look = () => onChanged(ids);
    const done = (results: readonly AcknowledgeResult[]) => {
      look();
      report(results);
    };
    acknowledging.run(() => acknowledge(ids), { done, refused: look });
  };
  return {
    question,
    /** opens the dialog that asks for a new status of these detections */
    ask: (subjects: Subject[], preset: TargetStatus | null) => setQuestion({ subjects, preset }),
    leave: () => setQuestion(null),
    acknowledgeAll,
    /** the outcome of acknowledging several, or "" */
    acknowledged,
    dismissAcknowledged: () => setAcknowledged(""),
    problem: acknowledging.problem,
    /** whether a toast lies over the lower end of the page */
    hasToast: batch !== null || acknowledged !== "",
    batch,
    set,
    undo,
    dismiss,
  };
}
