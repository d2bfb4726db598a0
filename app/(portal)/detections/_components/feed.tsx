"use client";

import { useRouter } from "next/navigation";
import { type MouseEvent, useCallback, useOptimistic, useRef, useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import type { TargetStatus } from "#lib/domain/status.ts";
import type { FeedPage } from "#lib/triage/list.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { DetectionPane } from "./detection-pane.tsx";
import { feedAddress, type Filters } from "./feed-address.ts";
import { FeedEmpty, type VendorWords } from "./feed-empty.tsx";
import { FeedBanners } from "./feed-notices.tsx";
import { FeedFilters } from "./feed-filters.tsx";
import { FeedHeader } from "./feed-header.tsx";
import { FreshButton } from "./feed-live.tsx";
import { FeedList } from "./feed-list.tsx";
import { startOf, withFresh } from "./feed-state.ts";
import { KeysHelp } from "./keys-help.tsx";
import { StatusDialog, type Subject } from "./status-dialog.tsx";
import { StatusToast } from "./status-toast.tsx";
import { useAcknowledge } from "./use-acknowledge.ts";
import { useFeedKeys } from "./use-feed-keys.ts";
import { useFeedSource } from "./use-feed-source.ts";
import { useGone } from "./use-gone.ts";
import { useMore } from "./use-more.ts";
import { usePendingLooks } from "./use-pending-looks.ts";
import { useSelection } from "./use-selection.ts";
import { useStatusBatch } from "./use-status-batch.ts";

type Props = {
  first: FeedPage;
  filters: Filters;
  initialOpen: string | null;
  /** what this browser's tabs share a connection by */
  liveName: string;
  vendors: VendorWords[];
  canTriage: boolean;
  canConfigure: boolean;
};

type Target = Subject & { acknowledgedBy: string | null };

const nothing: ReadonlySet<string> = new Set();
const isWide = () => matchMedia("(min-width: 1280px)").matches;

/** The feed: filters, the list, the pane beside it on wide screens, and what is done to many at once. */
export function Feed({ first, filters, initialOpen, liveName, vendors, canTriage, canConfigure }: Props) {
  const router = useRouter();
  const [loading, startTransition] = useTransition();
  const [shownFilters, showFilters] = useOptimistic(filters);
  const [state, setState] = useState(() => startOf(first));
  const [from, setFrom] = useState(first);
  if (from !== first) {
    setFrom(first);
    setState(startOf(first));
  }
  const [openId, setOpenId] = useState(initialOpen);
  const [currentId, setCurrentId] = useState<string | null>(null);
  const [asking, setAsking] = useState<{ subjects: Subject[]; preset: TargetStatus | null } | null>(null);
  const [help, setHelp] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const searchRef = useRef<HTMLInputElement>(null);
  const { items } = state;
  const selection = useSelection(items);
  const address = feedAddress(filters, "/api/feed");

  const { live, refresh, refreshing, lookAt, looked, trouble } = useFeedSource({
    first,
    filters,
    address,
    liveName,
    state,
    setState,
    openId,
  });
  const keeps = new Set([...selection.ids, ...(openId ? [openId] : [])]);
  useGone({ state, setState, keeps });
  const showFresh = () => {
    setState((before) => withFresh(before, keeps));
    scrollTo({ top: 0 });
  };
  const { batch, ask, undo, dismiss } = useStatusBatch((ids) => void lookAt(ids));
  const watched = (id: string) => items.find((item) => item.id === id) ?? looked.get(id);
  const pendingIds = new Set(items.filter((item) => item.pendingStatus).map((item) => item.id));
  for (const { id } of batch?.held ?? []) if (watched(id)?.pendingStatus) pendingIds.add(id);
  const isLive = live.state === "live";
  usePendingLooks(isLive ? nothing : pendingIds, lookAt);

  // the address keeps what is open, so that a reload or a shared link shows the same
  const open = useCallback((id: string | null) => {
    setOpenId(id);
    const url = new URL(location.href);
    if (id) url.searchParams.set("open", id);
    else url.searchParams.delete("open");
    history.replaceState(history.state, "", url);
  }, []);

  const change = useCallback(
    (next: Filters, how: "push" | "replace" = "push") =>
      startTransition(() => {
        showFilters(next);
        router[how](feedAddress(next), { scroll: false });
      }),
    [router, showFilters],
  );

  const acknowledgeAll = useAcknowledge({ lookAt, onSaid: setSaid });
  const { more, loadingMore } = useMore({ address, state, setState, onSaid: setSaid });

  /** What a key or the bulk bar acts on: the selection, else the open or current row. */
  const targets = (): Target[] => {
    const ids = selection.ids.size > 0 ? selection.ids : new Set([openId ?? currentId]);
    return items.filter((item) => ids.has(item.id));
  };
  const status = (preset: TargetStatus | null, subjects = targets()) => {
    if (canTriage && subjects.length > 0) setAsking({ subjects, preset });
  };
  const claim = (subjects = targets()) => {
    if (canTriage) void acknowledgeAll(subjects);
  };
  const openCurrent = () => {
    if (!currentId) return;
    if (isWide()) open(currentId);
    else router.push(`/detections/${currentId}`);
  };
  useFeedKeys({
    items,
    selection,
    currentId,
    openId,
    setCurrent: setCurrentId,
    open,
    openCurrent,
    status,
    claim: () => claim(),
    undo: () => void undo(),
    showFresh,
    showHelp: () => setHelp(true),
    searchRef,
  });

  const onOpen = useCallback(
    (id: string, event: MouseEvent) => {
      setCurrentId(id);
      if (!isWide() || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      open(id);
    },
    [open],
  );

  return (
    <div
      className={
        openId
          ? "xl:grid xl:grid-cols-[minmax(0,1fr)_30rem] xl:gap-6 2xl:grid-cols-[minmax(0,1fr)_36rem]"
          : ""
      }
    >
      <div className="min-w-0 space-y-4">
        <FeedHeader
          page={state.page}
          live={live}
          selection={canTriage && items.length > 0 ? selection : null}
          refreshing={refreshing}
          onRefresh={() => void refresh()}
        />
        {state.page.configurations.length > 0 ? (
          <FeedFilters page={state.page} filters={shownFilters} onChange={change} searchRef={searchRef} />
        ) : null}
        <FeedBanners page={state.page} canConfigure={canConfigure} trouble={trouble ?? said} />
        <FreshButton fresh={state.fresh} onShow={showFresh} />
        <div className={loading ? "opacity-60 transition-opacity delay-300" : ""} aria-busy={loading}>
          {items.length === 0 ? (
            <FeedEmpty
              page={state.page}
              filters={filters}
              vendors={vendors}
              canConfigure={canConfigure}
              onChange={change}
            />
          ) : (
            <FeedList
              items={items}
              gone={state.gone}
              nowIso={state.page.now}
              selection={selection}
              canTriage={canTriage}
              openId={openId}
              currentId={currentId ?? items[0]?.id ?? null}
              onOpen={onOpen}
              onFocus={setCurrentId}
            />
          )}
        </div>
        {state.nextCursor ? (
          <Button onClick={() => void more()} disabled={loadingMore}>
            {loadingMore ? "Loading …" : "Show more"}
          </Button>
        ) : null}
        <p className="hidden text-xs text-muted md:block">
          Press <kbd className="rounded border border-line px-1 font-mono">?</kbd> for keyboard shortcuts.
        </p>
      </div>
      {openId ? (
        <DetectionPane
          id={openId}
          look={String(watched(openId)?.changeSequence ?? "")}
          isLive={isLive}
          onClose={() => open(null)}
          onStatus={(detection, preset) => status(preset, [detection])}
          onAcknowledge={(detection) => claim([detection])}
        />
      ) : null}
      {selection.ids.size > 0 ? (
        <BulkBar
          count={selection.ids.size}
          shown={items.length}
          onAll={() => selection.add(items.map((item) => item.id))}
          onClear={selection.clear}
          onAcknowledge={() => claim()}
          onStatus={() => status(null)}
        />
      ) : null}
      {asking ? (
        <StatusDialog
          subjects={asking.subjects}
          preset={asking.preset}
          noteRequired={state.page.noteRequired}
          transitions={state.page.transitions}
          onClose={() => setAsking(null)}
          onAsk={(to, subjects, note) => {
            setAsking(null);
            selection.clear();
            void ask(to, subjects, note);
          }}
        />
      ) : null}
      {help ? <KeysHelp onClose={() => setHelp(false)} /> : null}
      {batch ? (
        <StatusToast
          key={batch.held[0]?.changeId ?? "none"}
          batch={batch}
          watched={watched}
          onUndo={() => void undo()}
          onDismiss={dismiss}
        />
      ) : null}
    </div>
  );
}
