"use client";

import { RefreshCw } from "lucide-react";
import { Button } from "#components/ui/button.tsx";
import type { FeedPage } from "#lib/triage/list.ts";
import { LiveMark } from "./feed-live.tsx";
import { LastRead } from "./feed-notices.tsx";
import type { Live } from "./use-live.ts";
import type { Selection } from "./use-selection.ts";

type Props = {
  page: FeedPage;
  live: Live;
  /** null where there is nothing to select, or for who may not change anything */
  selection: Selection | null;
  refreshing: boolean;
  onRefresh: () => void;
};

/** The feed's title: how fresh it is, and what asks for it anew. */
export function FeedHeader({ page, live, selection, refreshing, onRefresh }: Props) {
  return (
    <header className="flex items-center gap-3">
      <div className="min-w-0 md:flex md:items-baseline md:gap-3">
        <h1 className="text-xl font-semibold">Detections</h1>
        <span className="flex flex-wrap items-center gap-x-3">
          <LiveMark live={live} nowIso={page.now} />
          <LastRead page={page} />
        </span>
      </div>
      <span className="ml-auto flex shrink-0 gap-2">
        {selection ? (
          <Button
            className="md:hidden"
            aria-pressed={selection.selecting}
            onClick={selection.switchSelecting}
          >
            {selection.selecting ? "Done" : "Select"}
          </Button>
        ) : null}
        <Button
          shape="compact"
          onClick={onRefresh}
          disabled={refreshing}
          aria-label={refreshing ? "Reading" : "Refresh"}
        >
          <RefreshCw aria-hidden="true" size={16} className={refreshing ? "motion-safe:animate-spin" : ""} />
          <span className="hidden md:inline">{refreshing ? "Reading …" : "Refresh"}</span>
        </Button>
      </span>
    </header>
  );
}
