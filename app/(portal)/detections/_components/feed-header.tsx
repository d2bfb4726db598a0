"use client";

import { RefreshCw } from "lucide-react";
import Link from "next/link";
import { type MouseEvent, useRef } from "react";
import { Button } from "#components/ui/button.tsx";
import { Age } from "#components/ui/moment.tsx";
import { useAction } from "#components/ui/use-action.ts";
import { refreshNow } from "../actions.ts";
import type { Feed } from "../_store/feed-snapshot.ts";
import type { FeedStore } from "../_store/feed-store.ts";
import type { FeedView } from "../_store/feed-view.ts";
import { countFilters, type Filters } from "../_store/feed-address.ts";
import { type ChangeFilters, FilterChips, FilterMenus } from "./feed-filters.tsx";
import { LiveMark } from "./feed-live.tsx";
import { LastRead } from "./feed-notices.tsx";
import { SearchBox } from "./search-box.tsx";
import { useKeys } from "./use-keys.ts";
import { ViewPills } from "./view-pills.tsx";

type Props = {
  store: FeedStore;
  feed: Feed;
  filters: Filters;
  onChange: ChangeFilters;
  /** null if the list is empty or the person must not change anything */
  view: FeedView | null;
  isSelecting: boolean;
  /** whether a pane beside the list takes room */
  isNarrow: boolean;
  onOpen: (id: string, event: MouseEvent) => void;
};

/** The views, search and filters over the list, the list's facts, and a button that polls now. */
export function FeedHeader({ store, feed, filters, onChange, view, isSelecting, isNarrow, onOpen }: Props) {
  const searchRef = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => searchRef.current?.focus() });
  const { page } = feed;
  const hasSources = page.configurations.length > 0;
  // text that was typed but not submitted is applied with any other filter
  const change: ChangeFilters = (next, how) => {
    const typed = searchRef.current?.value.trim() ?? next.q;
    onChange(countFilters(next) === 0 || next.q !== filters.q ? next : { ...next, q: typed }, how);
  };
  return (
    <div className="bg-surface md:sticky md:top-0 md:z-10">
      <header className="flex items-center gap-x-3 border-b border-line px-4 py-0.5 md:h-12 md:py-0">
        <h1
          className={`text-lg font-semibold md:text-sm ${hasSources ? (isNarrow ? "sr-only" : "sr-only md:not-sr-only") : "py-2"}`}
        >
          Detections
        </h1>
        {hasSources ? (
          <div className="min-w-0 flex-1">
            <ViewPills page={page} view={filters.view} />
          </div>
        ) : null}
        <span className="ml-auto flex items-center gap-2">
          <LiveMark live={feed.live} nowIso={page.now} isNarrow={isNarrow} />
          <RefreshButton store={store} isReading={feed.isReading} />
        </span>
      </header>
      {hasSources ? (
        <div className="flex items-center gap-2 border-b border-line bg-raised px-4 py-1.5 md:h-12 md:py-0">
          <p className="hidden min-w-0 flex-1 truncate text-xs text-muted md:block">
            <Facts feed={feed} filters={filters} onOpen={onOpen} />
          </p>
          <SearchBox
            key={filters.q}
            text={filters.q}
            searchRef={searchRef}
            onChange={(q) => change({ ...filters, q }, "replace")}
          />
          <FilterMenus page={page} filters={filters} isNarrow={isNarrow} onChange={change} />
          {view ? (
            <Button className="md:hidden" aria-pressed={isSelecting} onClick={view.switchSelecting}>
              {isSelecting ? "Done" : "Select"}
            </Button>
          ) : null}
        </div>
      ) : null}
      {hasSources ? <FilterChips page={page} filters={filters} onChange={change} /> : null}
    </div>
  );
}

/** What is known of the list in a line: the oldest High alert that nobody owns, how many are shown, and the last poll. */
function Facts({ feed, filters, onOpen }: Pick<Props, "feed" | "filters" | "onOpen">) {
  const { page, items, gone, nextCursor } = feed;
  const { oldestHigh } = page;
  const { total } = page.counts.view[filters.view];
  return (
    <>
      {filters.view === "triage" && oldestHigh ? (
        <>
          <Link
            href={`/detections/${oldestHigh.id}`}
            prefetch={false}
            className="font-medium text-accent hover:underline"
            onClick={(event) => onOpen(oldestHigh.id, event)}
          >
            Oldest unowned High <Age iso={oldestHigh.occurredAt} nowIso={page.now} />
          </Link>
          {" · "}
        </>
      ) : null}
      {`${(items.length - gone.size).toLocaleString("en")}${nextCursor ? "+" : ""} of ${total.toLocaleString("en")} · `}
      <LastRead page={page} />
    </>
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
    <Button
      shape="icon"
      onClick={refresh}
      disabled={isBusy}
      aria-label={isBusy ? "Reading" : "Refresh"}
      title="Read every source now"
    >
      <RefreshCw aria-hidden="true" size={16} className={isBusy ? "motion-safe:animate-spin" : ""} />
    </Button>
  );
}
