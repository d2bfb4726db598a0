import type { FeedQuery } from "#lib/schemas/detections.ts";

export type Filters = Omit<FeedQuery, "id">;

export const noFilters: Filters = { severity: [], status: [], configuration: [], range: "30d", q: "" };

/** The feed's address with these filters and further parameters. Filters with their default value are left out. */
export function feedAddress(
  filters: Filters,
  path = "/detections",
  more: { id?: string; cursor?: string } = {},
): string {
  const words = new URLSearchParams(more);
  for (const name of ["severity", "status", "configuration"] as const) {
    if (filters[name].length > 0) words.set(name, filters[name].join(","));
  }
  if (filters.range !== noFilters.range) words.set("range", filters.range);
  if (filters.q) words.set("q", filters.q);
  const text = words.toString();
  return text ? `${path}?${text}` : path;
}

/** The number of chosen filters. */
export function countFilters(filters: Filters): number {
  const lists = filters.severity.length + filters.status.length + filters.configuration.length;
  return lists + (filters.q ? 1 : 0) + (filters.range === noFilters.range ? 0 : 1);
}

export const views: { name: string; filters: Filters }[] = [
  { name: "All", filters: noFilters },
  {
    name: "Needs triage",
    filters: { ...noFilters, severity: ["high", "medium"], status: ["active"] },
  },
  { name: "In progress", filters: { ...noFilters, status: ["in_progress"] } },
  { name: "All open", filters: { ...noFilters, status: ["active", "in_progress"], range: "all" } },
  { name: "Closed, 7 days", filters: { ...noFilters, status: ["resolved", "dismissed"], range: "7d" } },
];
