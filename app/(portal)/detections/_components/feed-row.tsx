"use client";

import { Check } from "lucide-react";
import Link from "next/link";
import { memo, type MouseEvent } from "react";
import { Chip, SeverityMark, StatusPill } from "#components/detections/marks.tsx";
import { Moment } from "#components/ui/moment.tsx";
import { tacticOf } from "#lib/domain/mitre.ts";
import type { Severity } from "#lib/domain/severity.ts";
import { statusLabel } from "#lib/domain/status.ts";
import type { FeedItem } from "#lib/triage/list.ts";
import type { Gone } from "../_store/feed-state.ts";

const bars: Record<Severity, string> = {
  high: "border-l-high",
  medium: "border-l-medium",
  low: "border-l-low",
  informational: "border-l-informational",
  unknown: "border-l-line",
};

type Props = {
  item: FeedItem;
  /** why the row no longer belongs in the list; null if it belongs there */
  gone: Gone | null;
  nowIso: string;
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

/** One detection of the list: two lines on a desktop, a card on a phone. A click anywhere on the row opens the detection. */
export const FeedRow = memo(function FeedRow(props: Props) {
  const { item, gone, nowIso, selectable, selecting, selected, open, current } = props;
  const where = [
    item.resourceName || "No resource named",
    item.configurationName,
    item.provider,
    item.tactics.map((word) => tacticOf(word).label).join(", "),
  ].filter(Boolean);
  return (
    <div
      className={`relative flex border-l-4 ${bars[item.severity]} ${open || selected ? "bg-chosen" : "bg-raised hover:bg-surface"} ${gone ? "grayscale" : ""}`}
      data-gone={gone ?? undefined}
    >
      {selectable ? (
        <label
          className={`z-10 w-11 shrink-0 cursor-pointer items-center justify-center md:flex md:w-10 ${selecting ? "flex" : "hidden"}`}
        >
          <span className="sr-only">{`Select ${item.title}`}</span>
          <input
            type="checkbox"
            className="size-4"
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
        className="grid min-w-0 flex-1 grid-cols-[1fr_auto] gap-x-3 gap-y-1 px-3 py-2.5 outline-offset-[-2px] md:min-h-14 md:grid-cols-[7.5rem_1fr_auto_4.75rem] md:items-center md:py-1.5 md:pl-2"
      >
        <SeverityMark severity={item.severity} />
        <span className="order-2 col-span-2 min-w-0 md:order-none md:col-span-1">
          <span className="line-clamp-2 text-[0.9375rem] font-medium break-words md:line-clamp-1 md:text-sm">
            {item.title}
          </span>
          <span className="line-clamp-1 text-sm break-all text-muted md:text-[0.8125rem]">
            {item.acknowledgedBy ? (
              <Claimed by={item.acknowledgedBy} at={item.acknowledgedAt} nowIso={nowIso} />
            ) : null}
            {where.join(" · ")}
          </span>
        </span>
        <span className="order-3 col-span-2 flex flex-wrap items-center gap-1.5 md:order-none md:col-span-1 md:max-w-80 md:justify-end">
          {gone ? <Chip>{gone}</Chip> : null}
          {item.isSample ? <Chip>SAMPLE</Chip> : null}
          {item.isIncident ? <Chip>INCIDENT</Chip> : null}
          {!item.pendingStatus && (item.syncState === "diverged" || item.syncState === "failed") ? (
            <Chip tone="warning">Not as asked</Chip>
          ) : null}
          <StatusPill status={item.status} />
          {item.pendingStatus ? (
            <span
              title={
                item.syncState === "held"
                  ? `Not sent to ${item.provider} yet`
                  : `On its way to ${item.provider}`
              }
            >
              <Chip>
                <span className="sr-only">about to become </span>
                <span aria-hidden="true">→ </span>
                {`${statusLabel[item.pendingStatus]} …`}
              </Chip>
            </span>
          ) : null}
        </span>
        <span className="order-1 text-right text-sm whitespace-nowrap text-muted md:order-none md:text-[0.8125rem]">
          <Moment iso={item.occurredAt} nowIso={nowIso} />
        </span>
      </Link>
    </div>
  );
});

/** Who acknowledged the detection, and when. */
function Claimed({ by, at, nowIso }: { by: string; at: string | null; nowIso: string }) {
  return (
    <span>
      <Check aria-hidden="true" size={13} className="mr-1 inline align-[-2px]" />
      <span className="sr-only">Acknowledged by </span>
      {by} {at ? <Moment iso={at} nowIso={nowIso} /> : null} ·{" "}
    </span>
  );
}
