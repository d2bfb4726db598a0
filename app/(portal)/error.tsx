"use client";

import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";

/** The page for an unexpected error. It displays the error's digest, under which the server's log has the cause. */
export default function PortalError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  return (
    <div role="alert" className="mx-auto max-w-xl">
      <Notice tone="danger" title="This page could not be loaded">
        <p>
          Something went wrong on our side; nothing was changed. Try again in a moment. If it stays, tell
          whoever runs PocketSOC
          {error.digest ? ` the reference ${error.digest}` : " when it happened"}.
        </p>
        <Button className="mt-3" onClick={reset}>
          Try again
        </Button>
      </Notice>
    </div>
  );
}
