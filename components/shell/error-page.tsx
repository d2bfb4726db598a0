"use client";

import { useEffect } from "react";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { canReread, portalBuild, useIsOutdated } from "../ui/portal-build.ts";

/** An error that a page threw. With `digest`, the server's log has the cause under this reference. */
export type PageError = { error: Error & { digest?: string } };

/** Whether a script couldn't be loaded. After an update, the scripts of the previous build are gone. */
const isScriptMissing = ({ name, message }: Error) =>
  name === "ChunkLoadError" || /load(ing)? chunk|dynamically imported module/i.test(message);

/** What replaces a page that can't be shown. It claims nothing about what was sent before, which may well be stored. */
export function ErrorPage({ error }: PageError) {
  const isOutdated = useIsOutdated();
  useEffect(() => {
    if (isScriptMissing(error)) portalBuild.outdate();
    else void canReread();
  }, [error]);
  if (isOutdated) {
    return (
      <div role="alert" className="mx-auto max-w-xl">
        <Notice tone="warning" title="PocketSOC was updated">
          <p>This page was opened before the update, so it can't go on. What you had sent is stored.</p>
          <Button className="mt-3" onClick={() => location.reload()}>
            Reload
          </Button>
        </Notice>
      </div>
    );
  }
  return (
    <div role="alert" className="mx-auto max-w-xl">
      <Notice tone="danger" title="This page could not be shown">
        <p>
          Something went wrong on our side. If you had just changed something, it may be stored: look at it
          before you repeat it. Try again in a moment. If it persists, tell whoever runs PocketSOC
          {error.digest ? ` the reference ${error.digest}` : " when it happened"}.
        </p>
        <Button className="mt-3" onClick={() => location.reload()}>
          Try again
        </Button>
      </Notice>
    </div>
  );
}
