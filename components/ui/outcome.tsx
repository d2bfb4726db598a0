import { Notice } from "./notice.tsx";
import type { Action } from "./use-action.ts";

/** What an action came to, read aloud as it comes; nothing before. */
export function Outcome({ of: { said, problem }, className = "" }: { of: Action; className?: string }) {
  if (!said && !problem) return null;
  return (
    <output className={`block ${className}`}>
      {said ? <Notice tone="success" title={said} /> : null}
      {problem ? <Notice tone="danger" title={problem} /> : null}
    </output>
  );
}
