"use client";

import { useAction } from "#components/ui/use-action.ts";
import { acknowledge } from "../actions.ts";

const unreachable = "The portal could not be reached. Nothing was acknowledged; try again.";

/** Acknowledges those of the detections that nobody has yet, and has `lookAt` look at them again. */
export function useAcknowledge(lookAt: (ids: string[]) => Promise<void>) {
  const { problem, run } = useAction(unreachable, { refreshes: false });
  const acknowledgeAll = (subjects: { id: string; acknowledgedBy: string | null }[]): void => {
    const ids = subjects.filter(({ acknowledgedBy }) => !acknowledgedBy).map(({ id }) => id);
    const look = () => void lookAt(ids);
    if (ids.length > 0) run(() => acknowledge(ids), { done: look, refused: look });
  };
  return { problem, acknowledgeAll };
}
