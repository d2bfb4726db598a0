import { Notice } from "./notice.tsx";
import type { Action } from "./use-action.ts";

/** The outcome of an action. Screen readers announce it. Renders nothing before the action has finished. */
export function Outcome({ of: { said, problem }, className = "" }: { of: Action; className?: string }) {
  if (!said && !problem) return null;
  return (
    <output className={`block ${className}`}>
      {said ? <Notice tone="success" title={said} /> : null}
      {problem ? <Notice tone="danger" title={problem} /> : null}
    </output>
  );
}
