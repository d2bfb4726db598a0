"use client";

import { useState } from "react";
import type { Subject } from "./status-choices.tsx";
import type { Preset } from "./status-dialog.tsx";
import { type OwnSubject, useOwner } from "./use-owner.ts";
import { useStatusChanges } from "./use-status-changes.ts";

type Options = {
  /** the message if the portal doesn't answer when the person acknowledges */
  unreachable: string;
  /** who looks; null for nobody */
  readerId: string | null;
  /** called with the ids of detections to reread */
  onChanged: (ids: string[]) => void;
};
export type Triage = ReturnType<typeof useTriage>;

/** The decisions that a person can make on detections: own them, choose and set a status, undo. */
export function useTriage({ unreachable, readerId, onChanged }: Options) {
  const [question, setQuestion] = useState<{ subjects: Subject[]; preset: Preset | null } | null>(null);
  const [taking, setTaking] = useState<OwnSubject | null>(null);
  // Undo is for whatever was done last
  const [isOwnerLast, setOwnerLast] = useState(false);
  const status = useStatusChanges(onChanged);
  const owner = useOwner({ readerId, unreachable, onDone: () => setOwnerLast(true), onChanged });

  /** Acknowledges what nobody owns. If a colleague owns the only one, asks whether to take it over. */
  const acknowledgeAll = (subjects: readonly OwnSubject[], onDone?: () => void): void => {
    const [first] = subjects;
    if (subjects.length === 1 && first?.ownerId && first.ownerId !== readerId) setTaking(first);
    else owner.acknowledgeAll(subjects, onDone);
  };
  return {
    question,
    /** opens the dialog that asks for a new status of these detections */
    ask: (subjects: Subject[], preset: Preset | null) => setQuestion({ subjects, preset }),
    leave: () => setQuestion(null),
    acknowledgeAll,
    /** the detection of a colleague that the person is asked to take over */
    taking,
    takeOver: () => {
      if (taking) owner.takeOver(taking);
      setTaking(null);
    },
    leaveTaking: () => setTaking(null),
    releaseAll: owner.releaseAll,
    owner,
    /** whether a toast lies over the lower end of the page */
    hasToast: status.batch !== null || owner.change !== null,
    batch: status.batch,
    set: (...decision: Parameters<typeof status.set>) => {
      setOwnerLast(false);
      owner.dismiss();
      status.set(...decision);
    },
    undo: () => (isOwnerLast ? owner.undo() : status.undo()),
    undoStatus: status.undo,
    dismiss: status.dismiss,
  };
}
