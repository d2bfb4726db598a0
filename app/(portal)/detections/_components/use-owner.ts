"use client";

import { useState } from "react";
import { useAction } from "#components/ui/use-action.ts";
import type { AcknowledgeResult } from "#lib/triage/acknowledge.ts";
import type { OwnerResult } from "#lib/triage/take-over.ts";
import { acknowledge, giveUp, release, takeOver, undoStatus } from "../actions.ts";
import { acknowledgedSentence } from "./acknowledged-sentence.ts";

/** A detection whose owner may change. */
export type OwnSubject = { id: string; title: string; ownerId: string | null; acknowledgedBy: string | null };

/** The latest change of owners: what happened, and what Undo takes back until `until`, in ms by this browser's clock. */
export type OwnerChange = {
  text: string;
  /** sentences about the detections that weren't changed, or why nothing was */
  refused: string[];
  done: { id: string; changeId: string }[];
  until: number;
};

type Options = {
  /** who looks; null for nobody */
  readerId: string | null;
  /** the message if the portal doesn't answer when the person acknowledges */
  unreachable: string;
  /** called when something was done that can be undone */
  onDone: () => void;
  /** called with the ids of detections to reread */
  onChanged: (ids: string[]) => void;
};

const outOfReach = "The portal could not be reached. Look whose the alert is before you try again.";

/** Acknowledges, takes over and releases detections, and undoes that. */
export function useOwner({ readerId, unreachable, onDone, onChanged }: Options) {
  const [change, setChange] = useState<OwnerChange | null>(null);
  const acknowledging = useAction(unreachable, { refreshes: false });
  const acting = useAction(outOfReach, { refreshes: false });

  function report(
    text: string,
    results: readonly (OwnerResult | AcknowledgeResult)[],
    subjects: readonly OwnSubject[],
  ) {
    const done = results.flatMap((result) => ("changeId" in result ? [result] : []));
    const titleOf = (id: string) => subjects.find((subject) => subject.id === id)?.title ?? "";
    const refused = results.flatMap((result) =>
      result.outcome === "refused" ? [`“${titleOf(result.id)}”: ${result.message}`] : [],
    );
    // what changed nothing doesn't replace what can still be undone
    if (done.length === 0 && refused.length === 0 && subjects.length === 1) return;
    if (done.length > 0) onDone();
    const undoMs = Math.min(...done.map((result) => result.undoMs));
    setChange({ text, refused, done, until: done.length > 0 ? Date.now() + undoMs : 0 });
  }

  /**
   * Acknowledges those of `subjects` that nobody owns. For the person's own, the time in which an owner may be silent begins anew.
   * Several are reported, and then `onDone` is called.
   */
  function acknowledgeAll(subjects: readonly OwnSubject[], onDone?: () => void): void {
    const isOwn = ({ ownerId }: OwnSubject) => ownerId !== null && ownerId === readerId;
    const ids = subjects.filter((subject) => !subject.ownerId || isOwn(subject)).map(({ id }) => id);
    const isKept = subjects.length === 1 && subjects.every(isOwn);
    const tell = (results: readonly AcknowledgeResult[]) => {
      if (isKept) return setChange({ text: "You are still on it.", refused: [], done: [], until: 0 });
      report(acknowledgedSentence(subjects.length, results), results, subjects);
      onDone?.();
    };
    if (ids.length === 0) return subjects.length > 1 ? tell([]) : undefined;
    const look = () => onChanged(ids);
    const done = (results: readonly AcknowledgeResult[]) => {
      look();
      tell(results);
    };
    acknowledging.run(() => acknowledge(ids), { done, refused: refusing(look) });
  }

  /** What follows an act that the portal refused or didn't answer: the toast says why, and the rows are reread. */
  function refusing(look: () => void) {
    return ({ problem }: { problem: string }) => {
      look();
      setChange({ text: "", refused: [problem], done: [], until: 0 });
    };
  }

  /** What follows a change of the owner: the rows are reread, and the toast reports. */
  function following(
    subjects: readonly OwnSubject[],
    sentence: (count: number) => string,
    onDone?: () => void,
  ) {
    const look = () => onChanged(subjects.map(({ id }) => id));
    const done = (results: readonly OwnerResult[]) => {
      look();
      const count = results.filter(({ outcome }) => outcome === "done").length;
      report(count > 0 ? sentence(count) : "", results, subjects);
      onDone?.();
    };
    return { done, refused: refusing(look) };
  }

  function undo(): void {
    if (!change || change.done.length === 0 || acting.busy) return;
    const undone = change.done;
    const ids = undone.map(({ id }) => id);
    acting.run(() => undoStatus(undone.map(({ changeId }) => changeId)), {
      done: (results) => {
        onChanged(ids);
        const late = results.filter((result) => !result.undone).length;
        const refused =
          late > 0
            ? [
                late === results.length
                  ? "Too late to undo."
                  : `Too late to undo ${late} of ${results.length}.`,
              ]
            : [];
        const outcome = { text: late < results.length ? "Undone." : "", refused, done: [], until: 0 };
        // another change may have been made meanwhile
        setChange((current) => (current === change ? outcome : current));
      },
      refused: ({ problem }) => {
        onChanged(ids);
        setChange((current) => (current === change ? { ...change, refused: [problem] } : current));
      },
    });
  }

  return {
    change,
    acknowledgeAll,
    takeOver: (subject: OwnSubject) =>
      acting.run(
        () => takeOver([{ id: subject.id, from: subject.ownerId }]),
        following([subject], () => "It is yours."),
      ),
    releaseAll: (subjects: readonly OwnSubject[], onDone?: () => void) => {
      if (subjects.length === 0) return;
      const sentence = (count: number) =>
        count === 1 ? "Released. It needs triage again." : `${count} released. They need triage again.`;
      acting.run(() => release(subjects.map(({ id }) => id)), following(subjects, sentence, onDone));
    },
    /** gives up the change of a detection that its vendor didn't save */
    giveUp: ({ id }: { id: string }) => {
      const look = () => onChanged([id]);
      acting.run(() => giveUp([id]), { done: look, refused: refusing(look) });
    },
    undo,
    dismiss: () => setChange(null),
  };
}
