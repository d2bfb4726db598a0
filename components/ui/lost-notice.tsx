import type { ReactNode } from "react";
import { Notice } from "./notice.tsx";
import type { Unreachable } from "./use-stream.ts";

type Props = {
  /** the stream's last event */
  last: { type: string } | Unreachable | undefined;
  title?: string;
  /** a text that says what may have happened and how to find out */
  children: ReactNode;
};

/** A notice about a stream that ended without its final event. Renders nothing otherwise. */
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
