"use client";

import { type MouseEvent, useCallback } from "react";
import { useTriageCount } from "#components/shell/triage-count.tsx";
import { Button } from "#components/ui/button.tsx";
import { commonWords } from "#lib/domain/vendor-words.ts";
import { findIn } from "../_store/feed-snapshot.ts";
import { withFresh } from "../_store/feed-state.ts";
import type { Drawn } from "../_store/open-feed.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { DetectionPane } from "./detection-pane.tsx";
import { FeedEmpty, type FirstSteps } from "./feed-empty.tsx";
import { FeedHeader } from "./feed-header.tsx";
import { FeedList } from "./feed-list.tsx";
import { FreshButton } from "./feed-live.tsx";
import { FeedBanners } from "./feed-notices.tsx";
import { KeysHelp } from "./keys-help.tsx";
import { TriageDialogs } from "./triage-dialogs.tsx";
import { useFeed } from "./use-feed.ts";
import { isWide, useFeedKeys } from "./use-feed-keys.ts";
import { useFilters } from "./use-filters.ts";
import { useSettled } from "./use-settled.ts";
import { useTriage } from "./use-triage.ts";

type Props = Drawn & {
  vendors: FirstSteps[];
  canTriage: boolean;
  canConfigure: boolean;
};

const unreachable = "The portal could not be reached. Nothing was acknowledged; try again.";

/** The feed: filters, the list, the pane beside it on wide screens, and bulk actions. */
export function Feed(props: Props) {
  const { vendors, canTriage, canConfigure } = props;
  const { store, view, feed, look } = useFeed(props);
  const filtering = useFilters(props.filters);
  const triage = useTriage({
    unreachable,
    readerId: props.first.readerId,
    onChanged: useSettled(store, view),
  });
  const { items, page } = feed;
  useTriageCount(page.counts.view.triage);
  const showFresh = () => {
    store.apply((state) => withFresh(state, view.keeps()));
    scrollTo({ top: 0 });
  };
  useFeedKeys({ view, triage: canTriage ? triage : null, showFresh });
  const onOpen = useCallback(
    (id: string, event: MouseEvent) => {
      view.focus(id);
      if (!isWide() || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      view.open(id);
    },
    [view],
  );
  const selected = view.selected();
  const trouble = feed.trouble ?? feed.moreProblem;

  return (
    <div
      translate="no"
      className={
        look.openId
          ? "-mx-4 -mt-4 md:-m-6 xl:grid xl:grid-cols-[minmax(0,1fr)_32.5rem]"
          : "-mx-4 -mt-4 md:-m-6"
      }
    >
      <div className="min-w-0">
        <FeedHeader
          store={store}
          feed={feed}
          view={canTriage && items.length > 0 ? view : null}
          isSelecting={look.isSelecting}
          isNarrow={look.openId !== null}
          filters={filtering.filters}
          onChange={filtering.change}
          onOpen={onOpen}
        />
        <FeedBanners page={page} canConfigure={canConfigure} trouble={trouble} />
        <FreshButton fresh={feed.fresh} onShow={showFresh} />
        <div
          className={filtering.isLoading ? "opacity-60 transition-opacity delay-300" : ""}
          aria-busy={filtering.isLoading}
        >
          {items.length === 0 ? (
            <FeedEmpty
              page={page}
              filters={props.filters}
              vendors={vendors}
              canConfigure={canConfigure}
              onChange={filtering.change}
            />
          ) : (
            <FeedList
              feed={feed}
              view={view}
              look={look}
              selected={selected}
              canTriage={canTriage}
              onOpen={onOpen}
            />
          )}
        </div>
        {feed.nextCursor ? (
          <div className="p-4">
            <Button onClick={() => void store.more()} disabled={feed.isLoadingMore}>
              {feed.isLoadingMore ? "Loading …" : "Show more"}
            </Button>
          </div>
        ) : null}
        <KeysHelp console={commonWords(Object.values(page.words)).console} />
      </div>
      {look.openId ? (
        <DetectionPane
          id={look.openId}
          look={String(findIn(feed, look.openId)?.changeSequence ?? "")}
          isLive={feed.live.state === "live"}
          isToastOpen={triage.hasToast}
          onClose={() => view.open(null)}
          onStatus={(detection, preset) => triage.ask([detection], preset)}
          onAcknowledge={(detection) => triage.acknowledgeAll([detection])}
          onRelease={(detection) => triage.releaseAll([detection])}
          onGiveUp={(detection) => triage.owner.giveUp(detection)}
        />
      ) : null}
      {selected.size > 0 ? (
        <BulkBar
          count={selected.size}
          shown={items.length}
          onAll={view.addAll}
          onClear={view.clear}
          onAcknowledge={() => triage.acknowledgeAll(view.targets(), view.clear)}
          onStatus={() => triage.ask(view.targets(), null)}
        />
      ) : null}
      <TriageDialogs
        triage={triage}
        noteRequired={page.noteRequired}
        transitions={page.transitions}
        words={page.words}
        find={(id) => findIn(feed, id)}
        onSet={view.clear}
      />
    </div>
  );
}
