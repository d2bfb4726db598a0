import { describe, expect, it } from "vitest";
import type { FeedItem } from "#lib/triage/list.ts";
import { noFilters, onlyView } from "./feed-address.ts";
import { matchOf } from "./feed-match.ts";

const now = Date.parse("2026-03-04T12:00:00Z");
const item = {
  severity: "high",
  status: "active",
  box: "triage",
  ownerId: null,
  syncState: "idle",
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
    expect(matchOf({ ...noFilters, ...(filters as object) }, item, { nowMs: now, readerId: "me" })).toBe(
      match,
    );
  });
});

describe("whether a row belongs in a view", () => {
  const mine = { box: "owned", ownerId: "me" } as const;
  it.each([
    ["triage", {}, "yes"],
    ["triage", mine, "no"],
    ["triage", { box: "information" }, "no"],
    ["mine", mine, "yes"],
    ["mine", { box: "owned", ownerId: "other" }, "no"],
    ["mine", { box: "owned", ownerId: null }, "no"],
    ["mine", { box: "closed", ownerId: "me" }, "no"],
    ["owned", { box: "owned", ownerId: null }, "yes"],
    ["closed", { box: "closed", ownerId: "me" }, "yes"],
    ["not_saved", { syncState: "failed" }, "yes"],
    ["not_saved", { syncState: "diverged", box: "owned" }, "yes"],
    ["not_saved", { syncState: "sending" }, "no"],
    ["samples", { box: "sample" }, "yes"],
    ["all", { box: "sample" }, "yes"],
  ] as const)("%s with %j: %s", (view, more, match) => {
    const reader = { nowMs: now, readerId: "me" };
    expect(matchOf(onlyView(view), { ...item, ...(more as Partial<FeedItem>) }, reader)).toBe(match);
  });

  it("nothing is mine for a program", () => {
    const unowned = { ...item, box: "owned", ownerId: null } as FeedItem;
    expect(matchOf(onlyView("mine"), unowned, { nowMs: now, readerId: null })).toBe("no");
  });
});
