"use client";

import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import type { TargetStatus, Transitions } from "#lib/domain/status.ts";
import { commonWords, type Words } from "#lib/domain/vendor-words.ts";
import { StatusDialog } from "./status-dialog.tsx";
import { OwnerToast } from "./owner-toast.tsx";
import { StatusToast, type Watched } from "./status-toast.tsx";
import type { Triage } from "./use-triage.ts";

type Props = {
  triage: Triage;
  noteRequired: readonly TargetStatus[];
  /** the allowed status changes, keyed by vendor */
  transitions: Readonly<Record<string, Transitions>>;
  /** the vendors' own terms, keyed by vendor */
  words: Readonly<Record<string, Words>>;
  /** returns the newest known version of a detection */
  find: (id: string) => Watched | undefined;
  /** called when the person sets a status */
  onSet?: () => void;
};

/** The dialog that asks for a status, and the toasts that report the latest changes. */
export function TriageDialogs({ triage, noteRequired, transitions, words, find, onSet }: Props) {
  const { question, batch } = triage;
  return (
    <>
      {question ? (
        <StatusDialog
          subjects={question.subjects}
          preset={question.preset}
          noteRequired={noteRequired}
          transitions={transitions}
          words={words}
          onClose={triage.leave}
          onAsk={(decision, subjects) => {
            triage.leave();
            onSet?.();
            triage.set(decision, subjects);
          }}
        />
      ) : null}
      {triage.taking ? (
        <ConfirmDialog
          title={`Take it over from ${triage.taking.acknowledgedBy}?`}
          text={`“${triage.taking.title}” will be yours. Nobody is paged again.`}
          confirm="Take over"
          isEnterConfirming
          onConfirm={triage.takeOver}
          onClose={triage.leaveTaking}
        />
      ) : null}
      <div className="fixed inset-x-3 bottom-20 z-20 mx-auto max-w-md space-y-2 empty:hidden md:right-4 md:bottom-4 md:left-auto md:mx-0 md:w-md">
        {triage.owner.change ? (
          <OwnerToast
            change={triage.owner.change}
            onUndo={triage.owner.undo}
            onDismiss={triage.owner.dismiss}
          />
        ) : null}
        {batch ? (
          <StatusToast
            key={batch.pending[0]?.changeId ?? "none"}
            batch={batch}
            provider={commonWords(batch.vendors.flatMap((vendor) => words[vendor] ?? [])).provider}
            find={find}
            onUndo={triage.undoStatus}
            onDismiss={triage.dismiss}
          />
        ) : null}
      </div>
    </>
  );
}
