import { describe, expect, it } from "vitest";
import type { FeedItem } from "#lib/triage/list.ts";
import { noFilters } from "./feed-address.ts";
import { matchOf } from "./feed-match.ts";

const now = Date.parse("2026-03-04T12:00:00Z");
const item = {
  severity: "high",
  status: "active",
  configurationId: "a",
  occurredAt: "2026-03-04T10:00:00.000Z",
} as FeedItem;

describe("whether a row belongs in the list", () => {
  it.each([
    [{}, "yes"],
    [{ severity: ["high", "low"] as const }, "yes"],
    [{ severity: ["low"] as const }, "no"],
    [{ status: ["resolved"] as const }, "no"],
    [{ configuration: ["b"] }, "no"],
    [{ range: "1h" as const }, "no"],
    [{ range: "24h" as const }, "yes"],
    [{ range: "all" as const, severity: ["high"] as const, status: ["active"] as const }, "yes"],
    // only the server knows about text, and it isn't asked where other filters already say no
    [{ q: "coin" }, "ask"],
    [{ q: "coin", severity: ["low"] as const }, "no"],
  ])("by the filters %j is %s", (filters, match) => {
    expect(matchOf({ ...noFilters, ...(filters as object) }, item, now)).toBe(match);
  });
});
