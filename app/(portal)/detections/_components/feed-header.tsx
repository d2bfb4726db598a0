"use client";

import { RefreshCw } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { refreshNow } from "../actions.ts";
import type { Feed } from "../_store/feed-snapshot.ts";
import type { FeedStore } from "../_store/feed-store.ts";
import type { FeedView } from "../_store/feed-view.ts";
import { LiveMark } from "./feed-live.tsx";
import { LastRead } from "./feed-notices.tsx";

type Props = {
  store: FeedStore;
  feed: Feed;
  /** null if the list is empty or the person must not change anything */
  view: FeedView | null;
  isSelecting: boolean;
};

/** The feed's title, the time of the last poll, and a button that polls now. */
export function FeedHeader({ store, feed, view, isSelecting }: Props) {
  return (
    <header className="flex items-center gap-3">
      <div className="min-w-0 md:flex md:items-baseline md:gap-3">
        <h1 className="text-xl font-semibold">Detections</h1>
        <span className="flex flex-wrap items-center gap-x-3">
          <LiveMark live={feed.live} nowIso={feed.page.now} />
          <LastRead page={feed.page} />
        </span>
      </div>
      <span className="ml-auto flex shrink-0 gap-2">
        {view ? (
          <Button className="md:hidden" aria-pressed={isSelecting} onClick={view.switchSelecting}>
            {isSelecting ? "Done" : "Select"}
          </Button>
        ) : null}
        <RefreshButton store={store} isReading={feed.isReading} />
      </span>
    </header>
  );
}

/** A button that polls every configuration now. It stays busy until every configuration was polled, at most 20 seconds. */
function RefreshButton({ store, isReading }: { store: FeedStore; isReading: boolean }) {
  const asking = useAction("The portal can't be reached, so nothing was read. Try again in a moment.", {
    refreshes: false,
  });
  const isBusy = asking.busy || isReading;
  const refresh = () => {
    const asked = store.get().page.configurations.filter(({ health }) => health.state !== "disabled");
    // by the portal's clock
    let askedAt = 0;
    asking.run(
      async () => {
        askedAt = Date.parse((await store.look())?.now ?? store.get().page.now);
        return refreshNow(asked.map(({ id }) => id));
      },
      {
        done: () => void store.awaitReads(asked, askedAt),
        refused: ({ problem }) => store.tell(problem),
      },
    );
  };
  return (
    <Button shape="compact" onClick={refresh} disabled={isBusy} aria-label={isBusy ? "Reading" : "Refresh"}>
      <RefreshCw aria-hidden="true" size={16} className={isBusy ? "motion-safe:animate-spin" : ""} />
      <span className="hidden md:inline">{isBusy ? "Reading …" : "Refresh"}</span>
    </Button>
  );
}
