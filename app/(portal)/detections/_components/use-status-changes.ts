"use client";

import { useState } from "react";
import { useAction } from "#components/ui/use-action.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import { judgements } from "#lib/domain/verdict.ts";
import { setStatus, undoStatus } from "../actions.ts";
import { keepNote } from "./kept-notes.ts";
import type { Decision } from "./status-dialog.tsx";
import type { Subject } from "./status-choices.tsx";

/**
 * The outcome of one press of "Set status": the status changes that Undo can still stop, the refused status changes, and
 * when Undo ends.
 */
export type Batch = {
  to: TargetStatus;
  /** the vendors of the changed detections */
  vendors: string[];
  /** when Undo ends, in ms by this browser's clock */
  sendAt: number;
  undoMs: number;
  pending: { id: string; changeId: string }[];
  /** the verdict's name if only the verdict was changed, of which the vendor isn't told; otherwise null */
  verdict: string | null;
  refused: { id: string; title: string; message: string }[];
  problem: string | null;
  undone: boolean;
};

const unreachable = {
  set: "The portal could not be reached. Look at the status again before you repeat it: your request may have arrived.",
  undo: "The portal could not be reached, so nothing was undone.",
};

const noteKept = "Your note is kept for the next try.";
const nothingSet = {
  sendAt: 0,
  undoMs: 0,
  pending: [],
  verdict: null,
  refused: [],
  problem: null,
  undone: false,
};

const lateProblem = (late: number, count: number) =>
  `${late} of ${count} had been sent already, so they can't be undone. Change them again if you need to.`;

/** Sets and undoes statuses. Calls `onChanged` with the ids of the affected detections, to reread them. */
export function useStatusChanges(onChanged: (ids: string[]) => void) {
  const [batch, setBatch] = useState<Batch | null>(null);
  const setting = useAction(unreachable.set, { refreshes: false });
  const undoing = useAction(unreachable.undo, { refreshes: false });

  function set({ to, reason, note }: Decision, subjects: Subject[]): void {
    const items = subjects.map(({ id, status }) => ({ id, expected: status }));
    const ids = items.map(({ id }) => id);
    const asked = { ...nothingSet, to, vendors: [...new Set(subjects.map(({ vendor }) => vendor))] };
    setting.run(() => setStatus({ items, to, note, reason }), {
      done: (results) => {
        const pending = results.flatMap((result) => (result.outcome === "refused" ? [] : [result]));
        const isJudged = pending.length > 0 && pending.every(({ outcome }) => outcome === "judged");
        const verdict = isJudged && reason ? judgements[reason].label : null;
        const titles = new Map(subjects.map(({ id, title }) => [id, title]));
        const refused = results.flatMap((result) =>
          result.outcome === "refused" ? [{ ...result, title: titles.get(result.id) ?? "" }] : [],
        );
        const undoMs = Math.min(...pending.map((change) => change.undoMs));
        const sendAt = pending.length > 0 ? Date.now() + undoMs : 0;
        keepNote(ids, pending.length > 0 ? "" : note);
        setBatch({ ...asked, pending, verdict, refused, undoMs, sendAt });
        onChanged(ids);
      },
      refused: ({ problem }) => {
        keepNote(ids, note);
        setBatch({ ...asked, problem: note ? `${problem} ${noteKept}` : problem });
      },
    });
  }

  function undo(): void {
    if (!batch || batch.undone || batch.pending.length === 0 || undoing.busy) return;
    // another change may have been requested meanwhile
    const note = (changed: Partial<Batch>) =>
      setBatch((current) => (current === batch ? { ...batch, ...changed } : current));
    undoing.run(() => undoStatus(batch.pending.map(({ changeId }) => changeId)), {
      done: (results) => {
        const late = results.filter(({ undone }) => !undone).length;
        note({ undone: late === 0, problem: late === 0 ? null : lateProblem(late, batch.pending.length) });
        onChanged(batch.pending.map(({ id }) => id));
      },
      refused: ({ problem }) => note({ problem }),
    });
  }

  return { batch, set, undo, dismiss: () => setBatch(null) };
}
