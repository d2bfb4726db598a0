"use client";

import { Search, SlidersHorizontal, X } from "lucide-react";
import Link from "next/link";
import { type RefObject, useEffect, useRef, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { severities, severityLabel } from "#lib/domain/severity.ts";
import { statusLabel, statuses } from "#lib/domain/status.ts";
import type { FeedPage } from "#lib/triage/list.ts";
import { countFilters, feedAddress, type Filters, noFilters, views } from "../_store/feed-address.ts";
import { type Facet, FacetMenu, FacetOptions, RangeSelect, rangeLabel } from "./feed-facets.tsx";
import { useKeys } from "./use-keys.ts";

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

type Change = (filters: Filters, how?: "push" | "replace") => void;
type Props = { page: FeedPage; filters: Filters; change: Change };

/**
 * The feed's preset views, search, filters, and chips for the chosen filters. On phones, a single sheet contains the
 * filters.
 */
export function FeedFilters({ page, filters, change }: Props) {
  const searchRef = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => searchRef.current?.focus() });
  // text that was typed but not submitted is applied with any other filter
  const onChange: Change = (next, how) => {
    const typed = searchRef.current?.value.trim() ?? next.q;
    change(next === noFilters || next.q !== filters.q ? next : { ...next, q: typed }, how);
  };
  const [sheet, setSheet] = useState(false);
  const facets = facetsOf(page);
  const count = countFilters(filters);
  const here = feedAddress(filters);
  const toggled = (name: Facet["name"], value: string): Filters => {
    const chosen = filters[name] as string[];
    const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    return { ...filters, [name]: next };
  };
  return (
    <div className="space-y-3">
      <nav aria-label="Views" className="-mx-4 overflow-x-auto px-4 md:mx-0 md:px-0">
        <ul className="flex gap-1 border-b border-line text-sm">
          {views.map((view) => {
            const address = feedAddress(view.filters);
            return (
              <li key={view.name} className="shrink-0">
                <Link
                  href={address}
                  aria-current={address === here ? "page" : undefined}
                  className="-mb-px flex min-h-11 min-w-11 items-center justify-center border-b-2 border-transparent px-3 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink md:min-h-9"
                >
                  {view.name}
                </Link>
              </li>
            );
          })}
        </ul>
      </nav>
      <div className="flex flex-wrap gap-2">
        <SearchBox
          key={filters.q}
          text={filters.q}
          searchRef={searchRef}
          onChange={(q) => onChange({ ...filters, q }, "replace")}
        />
        <div className="hidden flex-wrap gap-2 md:flex">
          {facets.map((facet) => (
            <FacetMenu
              key={facet.name}
              facet={facet}
              chosen={filters[facet.name]}
              onToggle={(value) => onChange(toggled(facet.name, value))}
            />
          ))}
          <RangeSelect value={filters.range} onChange={(range) => onChange({ ...filters, range })} />
        </div>
        <Button className="md:hidden" onClick={() => setSheet(true)}>
          <SlidersHorizontal aria-hidden="true" size={16} />
          {count > 0 ? `Filters (${count})` : "Filters"}
        </Button>
      </div>
      <FilterChips facets={facets} filters={filters} toggled={toggled} onChange={onChange} />
      {sheet ? (
        <Dialog title="Filters" shape="sheet" onClose={() => setSheet(false)}>
          <div className="space-y-4">
            {facets.map((facet) => (
              <fieldset key={facet.name}>
                <legend className="mb-1 text-sm font-medium">{facet.label}</legend>
                <FacetOptions
                  facet={facet}
                  chosen={filters[facet.name]}
                  onToggle={(value) => onChange(toggled(facet.name, value))}
                />
              </fieldset>
            ))}
            <RangeSelect value={filters.range} onChange={(range) => onChange({ ...filters, range })} />
            <div className="sticky bottom-0 -mx-5 -mb-5 flex gap-2 border-t border-line bg-raised px-5 py-3">
              <Button tone="primary" className="flex-1" onClick={() => setSheet(false)}>
                Show results
              </Button>
              <Button onClick={() => onChange(noFilters)} disabled={count === 0}>
                Clear
              </Button>
            </div>
          </div>
        </Dialog>
      ) : null}
    </div>
  );
}

function SearchBox({
  text,
  searchRef,
  onChange,
}: {
  text: string;
  searchRef: RefObject<HTMLInputElement | null>;
  onChange: (q: string) => void;
}) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <form
      className="relative flex-[1_1_8rem] md:basis-full"
      onSubmit={(event) => {
        event.preventDefault();
        clearTimeout(timer.current);
        onChange(searchRef.current?.value.trim() ?? "");
      }}
    >
      <Search aria-hidden="true" size={16} className="absolute top-1/2 left-3 -translate-y-1/2 text-muted" />
      <input
        ref={searchRef}
        type="search"
        aria-label="Search detections"
        name="q"
        defaultValue={text}
        maxLength={200}
        placeholder="Search title, resource, IP, account: press Enter"
        className="min-h-11 w-full rounded-md border border-line bg-raised pr-2 pl-9 text-base text-ellipsis placeholder:text-muted md:min-h-9 md:text-sm"
        onChange={(event) => {
          const { value } = event.target;
          clearTimeout(timer.current);
          // only clearing the box acts immediately; a search starts with Enter, so that no letter is lost
          if (value === "" && text) timer.current = setTimeout(() => onChange(""), 300);
        }}
      />
    </form>
  );
}

function FilterChips(props: {
  facets: Facet[];
  filters: Filters;
  toggled: (name: Facet["name"], value: string) => Filters;
  onChange: (filters: Filters) => void;
}) {
  const { facets, filters, toggled, onChange } = props;
  const chips = facets.flatMap((facet) =>
    filters[facet.name].map((value) => ({
      key: `${facet.name} ${value}`,
      text: `${facet.label}: ${facet.options.find((option) => option.value === value)?.label ?? "not here any more"}`,
      without: toggled(facet.name, value),
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
    <ul aria-label="Filters in use" className="flex flex-wrap items-center gap-2 text-sm">
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
          onClick={() => onChange(noFilters)}
          className="min-h-9 cursor-pointer px-2 underline md:min-h-7"
        >
          Clear all
        </button>
      </li>
    </ul>
  );
}
