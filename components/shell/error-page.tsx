"use client";

import { useEffect, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Notice } from "../ui/notice.tsx";
import { isDatabaseGone, pageState, usePageState } from "../ui/page-state.ts";

/** An error that a page threw. With `digest`, the server's log has the cause under this reference. */
export type PageError = { error: Error & { digest?: string } };

/** Whether a script couldn't be loaded. After an update, the scripts of the previous build are gone. */
const isScriptMissing = ({ name, message }: Error) =>
  name === "ChunkLoadError" || /load(ing)? chunk|dynamically imported module/i.test(message);

/** the time until the portal is asked again whether it reaches its database */
const askAgainMs = 5_000;

/**
 * Asks the portal whether it reaches its database, reports the answers, and loads the page again once it does. Returns a function
 * that ends this.
 */
function watchDatabase(report: (isGone: boolean) => void): () => void {
  let isEnded = false;
  let wasGone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = async () => {
    const isGone = await isDatabaseGone();
    if (isEnded) return;
    if (wasGone && !isGone) return location.reload();
    wasGone = isGone;
    report(isGone);
    if (isGone) timer = setTimeout(ask, askAgainMs);
  };
  void ask();
  return () => {
    isEnded = true;
    clearTimeout(timer);
  };
}

/** What replaces a page that can't be shown. It claims nothing about what was sent before, which may well be stored. */
export function ErrorPage({ error }: PageError) {
  const { isOutdated } = usePageState();
  const [isWithoutDatabase, setWithoutDatabase] = useState(false);
  useEffect(() => {
    if (isScriptMissing(error)) return pageState.outdate();
    return watchDatabase(setWithoutDatabase);
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
  const title = isWithoutDatabase ? "The portal can't reach its database" : "This page could not be shown";
  return (
    <div role="alert" className="mx-auto max-w-xl">
      <Notice tone="danger" title={title}>
        <p>
          {isWithoutDatabase
            ? "Until it does, PocketSOC takes in no alerts and notifies nobody. This page then loads by itself."
            : "Something went wrong on our side. Try again in a moment."}{" "}
          If you had just changed something, it may be stored: look at it before you repeat it. If it
          persists, tell whoever runs PocketSOC
          {error.digest ? ` the reference ${error.digest}` : " when it happened"}.
        </p>
        <Button className="mt-3" onClick={() => location.reload()}>
          Try again
        </Button>
      </Notice>
    </div>
  );
}
