"use client";

import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";
import { usePageState } from "../ui/page-state.ts";

/**
 * A bar that says why this page must be reloaded: the portal was updated since the page was opened, or the page was rendered
 * for another organisation or person than the browser's session has now. It has a button that reloads the page.
 */
export function UpdateNotice() {
  const { isOutdated, isForOther } = usePageState();
  return (
    <output>
      {isForOther ? (
        <Bar title="This browser is in another organisation now, or signed in as somebody else.">
          This page shows nothing new, and nothing can be changed on it. Copy what you have typed, then reload
          the page.
        </Bar>
      ) : isOutdated ? (
        <Bar title="PocketSOC was updated.">
          Reload this page to go on with the new version. Copy what you have typed first; a note of a status
          change is kept for you.
        </Bar>
      ) : null}
    </output>
  );
}

function Bar({ title, children }: { title: string; children: ReactNode }) {
  return (
    <span className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border border-l-4 border-accent bg-raised p-3 text-sm">
      <span>
        <strong className="font-medium">{title}</strong> {children}
      </span>
      <Button onClick={() => location.reload()}>Reload</Button>
    </span>
  );
}
