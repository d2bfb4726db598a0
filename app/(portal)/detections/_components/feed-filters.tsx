"use client";

import { SlidersHorizontal, X } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { severities, severityLabel } from "#lib/domain/severity.ts";
import { statusLabel, statuses } from "#lib/domain/status.ts";
import type { FeedPage } from "#lib/triage/list.ts";
import { countFilters, type Filters, noFilters, onlyView } from "../_store/feed-address.ts";
import { type Facet, FacetMenu, FacetOptions, RangeSelect, rangeLabel } from "./feed-facets.tsx";

function facetsOf(page: FeedPage): Facet[] {
  const counted = <T extends string>(
    values: readonly T[],
    labels: Record<T, string>,
    counts: Partial<Record<T, number>>,
  ) =>
    values
      .map((value) => ({ value, label: labels[value], count: counts[value] ?? 0 }))
      .filter((option) => (option.value as string) !== "unknown" || option.count > 0);
  return [
    {
      name: "severity",
      label: "Severity",
      options: counted(severities, severityLabel, page.counts.severity),
    },
    { name: "status", label: "Status", options: counted(statuses, statusLabel, page.counts.status) },
    {
      name: "configuration",
      label: "Configuration",
      options: page.configurations.map((one) => ({
        value: one.id,
        label: one.displayName,
        count: page.counts.configuration[one.id] ?? 0,
      })),
    },
  ];
}

export type ChangeFilters = (filters: Filters, how?: "push" | "replace") => void;
type Props = { page: FeedPage; filters: Filters; onChange: ChangeFilters };
/** `isNarrow`: a pane beside the list takes room */
type MenusProps = Props & { isNarrow: boolean };

const toggled = (filters: Filters, name: Facet["name"], value: string): Filters => {
  const chosen = filters[name] as string[];
  const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
  return { ...filters, [name]: next };
};

/** The filters as menus. Where there is little room, a single sheet contains them. */
export function FilterMenus({ page, filters, isNarrow, onChange }: MenusProps) {
  const [isSheetOpen, setSheetOpen] = useState(false);
  const facets = facetsOf(page);
  const count = countFilters(filters);
  return (
    <>
      <div className={`hidden items-center gap-1 lg:flex ${isNarrow ? "xl:hidden min-[110rem]:flex" : ""}`}>
        {facets.map((facet) => (
          <FacetMenu
            key={facet.name}
            facet={facet}
            chosen={filters[facet.name]}
            onToggle={(value) => onChange(toggled(filters, facet.name, value))}
          />
        ))}
        <RangeSelect value={filters.range} onChange={(range) => onChange({ ...filters, range })} />
      </div>
      <Button
        className={`lg:hidden ${isNarrow ? "xl:inline-flex min-[110rem]:hidden" : ""}`}
        onClick={() => setSheetOpen(true)}
      >
        <SlidersHorizontal aria-hidden="true" size={16} />
        {count > 0 ? `Filters (${count})` : "Filters"}
      </Button>
      {isSheetOpen ? (
        <Dialog title="Filters" shape="sheet" onClose={() => setSheetOpen(false)}>
          <div className="space-y-4">
            {facets.map((facet) => (
              <fieldset key={facet.name}>
                <legend className="mb-1 text-sm font-medium">{facet.label}</legend>
                <FacetOptions
                  facet={facet}
                  chosen={filters[facet.name]}
                  onToggle={(value) => onChange(toggled(filters, facet.name, value))}
                />
              </fieldset>
            ))}
            <RangeSelect value={filters.range} onChange={(range) => onChange({ ...filters, range })} />
            <div className="sticky bottom-0 -mx-5 -mb-5 flex gap-2 border-t border-line bg-raised px-5 py-3">
              <Button tone="primary" className="flex-1" onClick={() => setSheetOpen(false)}>
                Show results
              </Button>
              <Button onClick={() => onChange(onlyView(filters.view))} disabled={count === 0}>
                Clear
              </Button>
            </div>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}

/** The chosen filters as chips. A press removes one. */
export function FilterChips({ page, filters, onChange }: Props) {
  const chips = facetsOf(page).flatMap((facet) =>
    filters[facet.name].map((value) => ({
      key: `${facet.name} ${value}`,
      text: `${facet.label}: ${facet.options.find((option) => option.value === value)?.label ?? "not here any more"}`,
      without: toggled(filters, facet.name, value),
    })),
  );
  if (filters.q) chips.push({ key: "q", text: `Text: ${filters.q}`, without: { ...filters, q: "" } });
  if (filters.range !== noFilters.range)
    chips.push({
      key: "range",
      text: rangeLabel[filters.range],
      without: { ...filters, range: noFilters.range },
    });
  if (chips.length === 0) return null;
  return (
    <ul
      aria-label="Filters in use"
      className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-2 text-sm"
    >
      {chips.map((chip) => (
        <li key={chip.key} className="min-w-0">
          <button
            type="button"
            onClick={() => onChange(chip.without)}
            className="inline-flex min-h-9 max-w-full cursor-pointer items-center gap-1 rounded-full border border-line bg-raised px-3 hover:border-muted md:min-h-7"
          >
            <span className="truncate">{chip.text}</span>
            <X aria-hidden="true" size={14} className="shrink-0" />
            <span className="sr-only">Remove this filter</span>
          </button>
        </li>
      ))}
      <li>
        <button
          type="button"
          onClick={() => onChange(onlyView(filters.view))}
          className="min-h-9 cursor-pointer px-2 underline md:min-h-7"
        >
          Clear all
        </button>
      </li>
    </ul>
  );
}
