"use client";

import { useState } from "react";
import { problemOfCall } from "#components/ui/use-action.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import { setStatus, undoStatus } from "../actions.ts";
import type { Subject } from "./status-dialog.tsx";

/** One press of "Set status": what was held, what was refused, and until when Undo works. */
export type Batch = {
  to: TargetStatus;
  /** by this browser's clock */
  sendAt: number;
  undoMs: number;
  held: { id: string; changeId: string }[];
  refused: { id: string; message: string }[];
  problem: string | null;
  undone: boolean;
};

/** Asks for statuses and takes them back; `onChanged` looks at the rows again. */
export function useStatusBatch(onChanged: (ids: string[]) => void) {
  const [batch, setBatch] = useState<Batch | null>(null);
  const ids = (of: Batch | null) => (of ? of.held.map((one) => one.id) : []);

  async function ask(to: TargetStatus, subjects: Subject[], note: string): Promise<void> {
    const items = subjects.map(({ id, status }) => ({ id, expected: status }));
    const base: Batch = { to, sendAt: 0, undoMs: 0, held: [], refused: [], problem: null, undone: false };
    try {
      const answer = await setStatus({ items, to, note });
      if (!answer.ok) return setBatch({ ...base, problem: answer.message });
      const held = answer.value.flatMap((one) => (one.outcome === "held" ? [one] : []));
      const refused = answer.value.flatMap((one) => (one.outcome === "refused" ? [one] : []));
      const undoMs = Math.min(...held.map((one) => one.undoMs));
      setBatch({ ...base, held, refused, undoMs, sendAt: held.length > 0 ? Date.now() + undoMs : 0 });
      onChanged(items.map((item) => item.id));
    } catch (error) {
      const unreachable =
        "The portal could not be reached. Look at the status again before you repeat it: your request may have arrived.";
      setBatch({ ...base, problem: problemOfCall(error, unreachable) });
    }
  }

  async function undo(): Promise<void> {
    if (!batch || batch.undone || batch.held.length === 0) return;
    try {
      const answer = await undoStatus(batch.held.map((one) => one.changeId));
      if (!answer.ok) return setBatch({ ...batch, problem: answer.message });
      const late = answer.value.filter((one) => !one.undone).length;
      setBatch({
        ...batch,
        undone: late === 0,
        problem:
          late === 0
            ? null
            : `${late} of ${batch.held.length} had been sent already, so they can't be taken back. Change them again if you need to.`,
      });
      onChanged(ids(batch));
    } catch (error) {
      const unreachable = "The portal could not be reached, so nothing was taken back.";
      setBatch({ ...batch, problem: problemOfCall(error, unreachable) });
    }
  }

  return { batch, ask, undo, dismiss: () => setBatch(null) };
}
