"use client";

import { Button } from "../ui/button.tsx";
import { useIsOutdated } from "../ui/portal-build.ts";

/** A bar that says that the portal was updated since the page was opened, with a button that reloads the page. */
export function UpdateNotice() {
  const isOutdated = useIsOutdated();
  return (
    <output>
      {isOutdated ? (
        <span className="mb-4 flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border border-l-4 border-accent bg-raised p-3 text-sm">
          <span>
            <strong className="font-medium">PocketSOC was updated.</strong> Reload this page to go on with the
            new version. Copy what you have typed first; a note of a status change is kept for you.
          </span>
          <Button onClick={() => location.reload()}>Reload</Button>
        </span>
      ) : null}
    </output>
  );
}
