import { timeRangeMs } from "#lib/domain/triage.ts";
import type { FeedItem } from "#lib/triage/list.ts";
import type { Filters } from "./feed-address.ts";

/** Whether a row belongs in a list with these filters; `ask`: only the server knows, since it is about text. */
type Match = "yes" | "no" | "ask";

export function matchOf(filters: Filters, item: FeedItem, nowMs: number): Match {
  const has = (chosen: readonly string[], value: string) => chosen.length === 0 || chosen.includes(value);
  if (!has(filters.severity, item.severity) || !has(filters.status, item.status)) return "no";
  if (!has(filters.configuration, item.configurationId)) return "no";
  const span = timeRangeMs[filters.range];
  if (span !== null && Date.parse(item.occurredAt) < nowMs - span) return "no";
  return filters.q ? "ask" : "yes";
}
