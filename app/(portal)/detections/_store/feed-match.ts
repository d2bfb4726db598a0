import { timeRangeMs } from "#lib/domain/triage.ts";
import { isInView } from "#lib/domain/view.ts";
import type { FeedItem } from "#lib/triage/list.ts";
import type { Filters } from "./feed-address.ts";
import type { Change } from "./feed-state.ts";
import type { LiveEvent } from "./live-connection.ts";

/**
 * Whether a row belongs in the list with the current filters. `ask` means that the server must search the row's text first.
 */
type Match = "yes" | "no" | "ask";

/** Who looks at the list, and when: a user's id, and ms since the epoch. */
export type Reader = { readerId: string | null; nowMs: number };

export function matchOf(filters: Filters, item: FeedItem, { nowMs, readerId }: Reader): Match {
  if (!isInView(filters.view, item, readerId)) return "no";
  const has = (chosen: readonly string[], value: string) => chosen.length === 0 || chosen.includes(value);
  if (!has(filters.severity, item.severity) || !has(filters.status, item.status)) return "no";
  if (!has(filters.configuration, item.configurationId)) return "no";
  const span = timeRangeMs[filters.range];
  if (span !== null && Date.parse(item.occurredAt) < nowMs - span) return "no";
  return filters.q ? "ask" : "yes";
}

/**
 * Converts stream events into changes of a list with these filters. For the `unsure` rows, the server must search their text
 * first.
 */
export function changesOf(events: readonly LiveEvent[], filters: Filters, reader: Reader) {
  const rows: FeedItem[] = [];
  const unsure: FeedItem[] = [];
  const changes = events.flatMap((event): Change[] => {
    if (event.type === "deleted") return [{ type: "deleted", id: event.id }];
    if (event.type !== "row") return [];
    rows.push(event.item);
    const match = matchOf(filters, event.item, reader);
    if (match === "ask") unsure.push(event.item);
    return match === "ask" ? [] : [{ type: "row", item: event.item, matches: match === "yes" }];
  });
  return { rows, changes, unsure };
}
