"use client";

import type { TargetStatus, Transitions } from "#lib/domain/status.ts";
import { StatusDialog } from "./status-dialog.tsx";
import { StatusToast, type Watched } from "./status-toast.tsx";
import type { Triage } from "./use-triage.ts";

type Props = {
  triage: Triage;
  noteRequired: readonly TargetStatus[];
  /** by vendor */
  transitions: Readonly<Record<string, Transitions>>;
  /** a detection as it is now */
  find: (id: string) => Watched | undefined;
  /** a status is being set */
  onSet?: () => void;
};

/** The question which status, and what became of the last answer. */
export function TriageDialogs({ triage, noteRequired, transitions, find, onSet }: Props) {
  const { question, batch } = triage;
  return (
    <>
      {question ? (
        <StatusDialog
          subjects={question.subjects}
          preset={question.preset}
          noteRequired={noteRequired}
          transitions={transitions}
          onClose={triage.leave}
          onAsk={(to, subjects, note) => {
            triage.leave();
            onSet?.();
            triage.set(to, subjects, note);
          }}
        />
      ) : null}
      {batch ? (
        <StatusToast
          key={batch.pending[0]?.changeId ?? "none"}
          batch={batch}
          find={find}
          onUndo={triage.undo}
          onDismiss={triage.dismiss}
        />
      ) : null}
    </>
  );
}
