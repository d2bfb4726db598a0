import type { ReactNode } from "react";
import { Notice } from "./notice.tsx";
import type { Unreachable } from "./use-stream.ts";

type Props = {
  /** the last of a stream's events */
  last: { type: string } | Unreachable | undefined;
  title?: string;
  /** what may have been done, and how to see it */
  children: ReactNode;
};

/** Says of a stream that it ended without its last word; nothing of one that didn't. */
export function LostNotice({ last, title = "The portal could not be reached", children }: Props) {
  if (!last || !("outdated" in last)) return null;
  return (
    <div role="alert">
      <Notice tone="danger" title={last.outdated || title}>
        {last.outdated ? null : children}
      </Notice>
    </div>
  );
}
