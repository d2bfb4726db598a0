import type { View } from "#lib/domain/view.ts";
import type { FeedQuery } from "#lib/schemas/detections.ts";

export type Filters = Omit<FeedQuery, "id">;

export const noFilters: Filters = {
  view: "triage",
  severity: [],
  status: [],
  configuration: [],
  range: "all",
  q: "",
};

/** The filters of a view without any other filter. */
export const onlyView = (view: View): Filters => ({ ...noFilters, view });

/** The feed's address with these filters and further parameters. Filters with their default value are left out. */
export function feedAddress(
  filters: Filters,
  path = "/detections",
  more: { id?: string; cursor?: string } = {},
): string {
  const words = new URLSearchParams(more);
  // an address with filters but without a view means all detections
  if (filters.view !== noFilters.view || countFilters(filters) > 0) words.set("view", filters.view);
  for (const name of ["severity", "status", "configuration"] as const) {
    if (filters[name].length > 0) words.set(name, filters[name].join(","));
  }
  if (filters.range !== noFilters.range) words.set("range", filters.range);
  if (filters.q) words.set("q", filters.q);
  const text = words.toString();
  return text ? `${path}?${text}` : path;
}

/** The number of chosen filters, without the view. */
export function countFilters(filters: Filters): number {
  const lists = filters.severity.length + filters.status.length + filters.configuration.length;
  return lists + (filters.q ? 1 : 0) + (filters.range === noFilters.range ? 0 : 1);
}
