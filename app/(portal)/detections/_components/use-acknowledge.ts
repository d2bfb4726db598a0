"use client";

import { problemOfCall } from "#components/ui/use-action.ts";
import { acknowledge } from "../actions.ts";

type Options = {
  lookAt: (ids: string[]) => Promise<void>;
  /** what to tell the person, or null when all went well */
  onSaid: (text: string | null) => void;
};
const unreachable = "The portal could not be reached. Nothing was acknowledged; try again.";

/** Acknowledges those that nobody has yet, and looks at them again. */
export function useAcknowledge({ lookAt, onSaid }: Options) {
  return async (subjects: { id: string; acknowledgedBy: string | null }[]): Promise<void> => {
    const ids = subjects.filter((one) => !one.acknowledgedBy).map((one) => one.id);
    if (ids.length === 0) return;
    try {
      const answer = await acknowledge(ids);
      onSaid(answer.ok ? null : answer.message);
    } catch (error) {
      onSaid(problemOfCall(error, unreachable));
    }
    await lookAt(ids);
  };
}
