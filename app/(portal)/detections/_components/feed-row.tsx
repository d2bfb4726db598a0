"use client";

import Link from "next/link";
import { memo, type MouseEvent } from "react";
import {
  Avatar,
  Chip,
  SeverityGlyph,
  severityBar,
  SilentAvatar,
  StatusGlyph,
} from "#components/detections/marks.tsx";
import { TacticDots } from "#components/detections/tactic-dots.tsx";
import { Age } from "#components/ui/moment.tsx";
import type { Box } from "#lib/domain/box.ts";
import { isClosed, statusLabel } from "#lib/domain/status.ts";
import { judgements } from "#lib/domain/verdict.ts";
import type { FeedItem } from "#lib/triage/list.ts";
import type { Gone } from "../_store/feed-state.ts";

type Props = {
  item: FeedItem;
  /** why the row no longer belongs in the list; null if it belongs there */
  gone: Gone | null;
  nowIso: string;
  /** who looks; null for a program */
  readerId: string | null;
  /** whether rows name their configuration, because there are several */
  showsSource: boolean;
  /** whether the row has a checkbox */
  selectable: boolean;
  /** whether the checkbox is visible on phones */
  selecting: boolean;
  selected: boolean;
  open: boolean;
  current: boolean;
  onSelect: (id: string, extend: boolean) => void;
  onOpen: (id: string, event: MouseEvent) => void;
  onFocus: (id: string) => void;
};

/** One detection of the list: one line on a desktop, two on a phone. A click anywhere on the row opens the detection. */
export const FeedRow = memo(function FeedRow(props: Props) {
  const { item, gone, nowIso, readerId, showsSource, selectable, selecting, selected, open, current } = props;
  const look = selected ? "bg-chosen" : open ? "bg-faint" : "bg-raised hover:bg-hover";
  return (
    <div className={`group relative flex ${look} ${gone ? "text-muted" : ""}`} data-gone={gone ?? undefined}>
      <span
        aria-hidden="true"
        className={`absolute inset-y-0 left-0 w-[3px] ${severityBar(item.severity)}`}
      />
      {selectable ? (
        <label
          className={`z-10 w-11 shrink-0 cursor-pointer items-center justify-center md:flex md:w-9 md:pl-1.5 ${selecting ? "flex" : "hidden"}`}
        >
          <span className="sr-only">{`Select ${item.title}`}</span>
          <input
            type="checkbox"
            className="size-4 md:size-3.5 md:opacity-0 pointer-coarse:opacity-100 md:group-focus-within:opacity-100 md:group-hover:opacity-100 md:checked:opacity-100 md:focus-visible:opacity-100"
            checked={selected}
            onChange={(event) =>
              props.onSelect(
                item.id,
                (event.nativeEvent as unknown as { shiftKey?: boolean }).shiftKey === true,
              )
            }
          />
        </label>
      ) : null}
      <Link
        href={`/detections/${item.id}`}
        prefetch={false}
        data-row={item.id}
        tabIndex={current ? 0 : -1}
        onClick={(event) => props.onOpen(item.id, event)}
        onFocus={() => props.onFocus(item.id)}
        className={`grid min-h-16 min-w-0 flex-1 grid-cols-[14px_minmax(0,1fr)_auto_auto] items-center gap-x-2.5 gap-y-0.5 py-2 pr-4 outline-offset-[-2px] md:h-9 md:min-h-0 md:grid-cols-[14px_minmax(0,1fr)_minmax(0,10.5rem)_44px_7rem_20px_14px_44px] md:py-0 md:@max-3xl:grid-cols-[14px_minmax(0,1fr)_8.5rem_5.5rem_20px_14px_44px] ${selectable ? "pl-4 md:pl-0" : "pl-4"}`}
      >
        <SeverityGlyph severity={item.severity} />
        <span className="col-span-2 truncate text-[0.9375rem]/[1.375rem] font-medium md:col-span-1 md:text-[0.8125rem]/5">
          {item.title}
        </span>
        <span className="justify-self-end text-xs whitespace-nowrap text-muted md:order-last">
          <Age iso={item.occurredAt} nowIso={nowIso} />
        </span>
        <span className="col-start-2 truncate text-[0.8125rem]/5 text-muted md:col-start-auto md:text-ink">
          {item.resourceName || "No resource named"}
          {showsSource ? <span className="text-muted">{` · ${item.configurationName}`}</span> : null}
        </span>
        <span className="hidden md:block md:@max-3xl:hidden">
          <TacticDots tactics={item.tactics} />
        </span>
        <span className="flex items-center justify-end gap-1.5">
          <RowChips item={item} gone={gone} />
        </span>
        <span className="flex items-center justify-end gap-1.5 md:contents">
          <span className="inline-flex w-5 justify-center">
            {item.acknowledgedBy ? (
              <Avatar name={item.acknowledgedBy} isMine={item.ownerId === readerId} />
            ) : item.silentOwner && !isClosed(item.status) ? (
              <SilentAvatar name={item.silentOwner} />
            ) : null}
          </span>
          <StatusGlyph status={item.pendingStatus ?? item.status} />
        </span>
      </Link>
    </div>
  );
});

/** What a row says that no longer belongs in the list: where the detection is now. */
const placeNow: Record<Box, string> = {
  sample: "a sample now",
  closed: "closed now",
  owned: "owned now",
  backlog: "in the backlog",
  information: "elsewhere now",
  triage: "needs triage",
};

/** What a row says about a detection besides its columns. */
function RowChips({ item, gone }: { item: FeedItem; gone: Gone | null }) {
  const isNotSaved = !item.pendingStatus && (item.syncState === "diverged" || item.syncState === "failed");
  return (
    <>
      {gone ? <Chip>{gone === "deleted" ? "deleted" : placeNow[item.box]}</Chip> : null}
      {item.isSample ? <Chip>Sample</Chip> : null}
      {item.isIncident ? <Chip>Incident</Chip> : null}
      {isNotSaved ? <Chip tone="danger">Not saved</Chip> : null}
      {item.pendingStatus ? (
        <Chip>
          <span className="sr-only">about to become </span>
          {`${statusLabel[item.pendingStatus]} …`}
        </Chip>
      ) : item.reason ? (
        <Chip>{judgements[item.reason].short}</Chip>
      ) : null}
    </>
  );
}
