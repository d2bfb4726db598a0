"use client";

import { ChevronDown } from "lucide-react";
import { Popover } from "#components/ui/popover.tsx";
import { type TimeRange, timeRanges } from "#lib/domain/triage.ts";

export const rangeLabel: Record<TimeRange, string> = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  all: "Any time",
};

/** A filter of the feed, such as severity, with its options and how many detections match each. */
export type Facet = {
  name: "severity" | "status" | "configuration";
  label: string;
  options: { value: string; label: string; count: number }[];
};

type FacetProps = { facet: Facet; chosen: string[]; onToggle: (value: string) => void };

/** A filter's options in a menu, on desktops. */
export function FacetMenu({ facet, chosen, onToggle }: FacetProps) {
  const button = (
    <>
      {facet.label}
      {chosen.length > 0 ? <span className="text-accent">({chosen.length})</span> : null}
      <ChevronDown aria-hidden="true" size={14} />
    </>
  );
  return (
    <Popover label={facet.label} button={button}>
      <FacetOptions facet={facet} chosen={chosen} onToggle={onToggle} />
    </Popover>
  );
}

/** A filter's options as checkboxes, with the number of detections for each. */
export function FacetOptions({ facet, chosen, onToggle }: FacetProps) {
  if (facet.options.length === 0) return <p className="p-2 text-sm text-muted">None yet.</p>;
  return (
    <ul>
      {facet.options.map((option) => (
        <li key={option.value}>
          <label className="flex min-h-11 cursor-pointer items-center gap-2 rounded px-2 text-sm hover:bg-surface md:min-h-8">
            <input
              type="checkbox"
              className="size-4"
              checked={chosen.includes(option.value)}
              onChange={() => onToggle(option.value)}
            />
            <span className="min-w-0 flex-1 break-words">{option.label}</span>
            <span className="text-muted tabular-nums">{option.count}</span>
          </label>
        </li>
      ))}
      <li className="px-2 pt-1 text-xs text-muted">Counts of all time, samples left out</li>
    </ul>
  );
}

export function RangeSelect({ value, onChange }: { value: TimeRange; onChange: (range: TimeRange) => void }) {
  return (
    <select
      aria-label="Time range"
      className="min-h-11 rounded-md border border-field bg-raised px-2 text-base md:min-h-8 md:text-sm"
      value={value}
      onChange={(event) => onChange(event.target.value as TimeRange)}
    >
      {timeRanges.map((range) => (
        <option key={range} value={range}>
          {rangeLabel[range]}
        </option>
      ))}
    </select>
  );
}
