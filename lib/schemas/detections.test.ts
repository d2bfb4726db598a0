import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyJson, anyText } from "#test/alerts.ts";
import { severities } from "#lib/domain/severity.ts";
import { statuses } from "#lib/domain/status.ts";
import type { TargetStatus } from "#lib/domain/status.ts";
import { timeRanges } from "#lib/domain/triage.ts";
import { views } from "#lib/domain/view.ts";
import { FeedCursorText, FeedQuery, setStatusInput } from "./detections.ts";

const id = "0190f6f0-1111-7222-8333-444455556666";

describe("FeedQuery", () => {
  it("reads the filters in the URL", () => {
    expect(
      FeedQuery.parse({
        severity: "high,low",
        status: "active",
        configuration: id,
        range: "24h",
        q: " tor ",
      }),
    ).toEqual({
      view: "all",
      severity: ["high", "low"],
      status: ["active"],
      configuration: [id],
      range: "24h",
      q: "tor",
      id: [],
    });
  });

  it("defaults to what needs triage, whenever it was raised", () => {
    expect(FeedQuery.parse({})).toEqual({
      view: "triage",
      severity: [],
      status: [],
      configuration: [],
      range: "all",
      q: "",
      id: [],
    });
  });

  it.each([
    ["severity", "high,loud", []],
    ["severity", "high'; drop table detections; --", []],
    ["status", "Active", []],
    ["configuration", "1' or '1'='1", []],
    ["configuration", `${id},x`, []],
    ["id", `${id},x`, []],
    ["severity", "high,".repeat(2_000), []],
    ["range", "forever", "all"],
    ["range", "__proto__", "all"],
    ["view", "everything", "triage"],
    ["view", "constructor", "triage"],
    ["q", "a\0b", "ab"],
    ["q", "\ud83d", "\ufffd"],
  ])("leaves out %s=%j", (name, value, left) => {
    expect(FeedQuery.parse({ [name]: value })).toMatchObject({ [name]: left });
  });

  it("never fails, and returns only values that the database accepts", () => {
    const names = ["view", "severity", "status", "configuration", "range", "q", "id"];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.oneof(anyText, anyJson)), (values) => {
        const query = FeedQuery.parse(values);
        expect(severities).toEqual(expect.arrayContaining(query.severity));
        expect(statuses).toEqual(expect.arrayContaining(query.status));
        for (const id of [...query.configuration, ...query.id]) expect(id).toMatch(/^[0-9a-f-]{36}$/i);
        expect(timeRanges).toContain(query.range);
        expect(views).toContain(query.view);
        expect(query.q.length).toBeLessThanOrEqual(200);
        expect(query.q).not.toContain("\0");
        expect(query.q.isWellFormed()).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [{}, "triage"],
    [{ severity: "high" }, "all"],
    [{ status: "dismissed" }, "all"],
    [{ range: "all" }, "all"],
    [{ q: "coin" }, "all"],
    [{ severity: "high", view: "triage" }, "triage"],
    [{ severity: "loud", range: "forever", q: " " }, "triage"],
  ])("with %j opens the view %s", (values, view) => {
    expect(FeedQuery.parse(values).view).toBe(view);
  });

  it("cuts a long text without splitting a character", () => {
    const { q } = FeedQuery.parse({ q: `${"x".repeat(199)}😀😀` });
    expect(q.isWellFormed()).toBe(true);
    expect(q.startsWith("x".repeat(199))).toBe(true);
  });
});

describe("FeedCursorText", () => {
  it("accepts the cursor of a list", () => {
    expect(FeedCursorText.safeParse(`2026-03-04T05:06:07.123456Z_${id}`).success).toBe(true);
    expect(FeedCursorText.safeParse(`4_2026-03-04T05:06:07.123456Z_${id}`).success).toBe(true);
  });

  it.each([
    null,
    "",
    "x",
    `2026-03-04T05:06:07Z_${id}`,
    `2026-13-04T05:06:07.123456Z_${id}`,
    `2026-02-30T05:06:07.123456Z_${id}`,
    `2026-03-04T25:06:07.123456Z_${id}`,
    `0000-03-04T05:06:07.123456Z_${id}`,
    `2026-03-04T05:06:07.123456Z_${"-".repeat(36)}`,
    `2026-03-04T05:06:07.123456Z_${"a".repeat(36)}`,
    `2026-03-04T05:06:07.123456Z_${id}'; select 1`,
  ])("refuses %j, which the database would choke on", (text) => {
    expect(FeedCursorText.safeParse(text).success).toBe(false);
  });
});

const SetStatusInput = setStatusInput(["dismissed"]);
describe("setStatusInput", () => {
  it("requires a note for the configured statuses only", () => {
    const bare = { items: [{ id: "0190f6f0-1111-7222-8333-444455556666", expected: "active" }] };
    const takes = (needed: TargetStatus[], to: TargetStatus) =>
      setStatusInput(needed).safeParse({ ...bare, to }).success;
    expect([takes([], "dismissed"), takes(["dismissed"], "resolved")]).toEqual([true, true]);
    expect([takes(["resolved"], "resolved"), takes(["dismissed"], "dismissed")]).toEqual([false, false]);
  });

  const item = { id, expected: "active" };
  const parse = (more: object) => SetStatusInput.safeParse({ items: [item], to: "resolved", ...more });

  it("accepts one detection and 500", () => {
    expect(parse({}).data).toEqual({ items: [item], to: "resolved", note: "", reason: null });
    expect(parse({ to: "dismissed", reason: "expected" }).success).toBe(true);
    expect(parse({ items: Array.from({ length: 500 }, () => item) }).success).toBe(true);
  });

  it.each([
    [{ items: [] }, "Choose at least one detection."],
    [{ items: Array.from({ length: 501 }, () => item) }, "Choose at most 500 detections at once."],
    [
      { to: "dismissed" },
      "Say why it is set to Dismissed: the next analyst who sees this alert will read it.",
    ],
    [
      { to: "dismissed", note: "  \n" },
      "Say why it is set to Dismissed: the next analyst who sees this alert will read it.",
    ],
    [{ note: "x".repeat(501) }, "Keep the note within 500 characters."],
  ])("refuses (%#)", (more, message) => {
    expect(parse(more).error?.issues[0]?.message).toBe(message);
  });

  it.each([
    { to: "unknown" },
    { to: "Resolved" },
    { items: [{ id: "1", expected: "active" }] },
    { items: [{ id, expected: "Active" }] },
    { items: [{ id }] },
    { items: "all" },
    { note: 5 },
  ])("refuses %j", (more) => {
    expect(parse(more).success).toBe(false);
  });

  it("replaces characters of a note that the database rejects", () => {
    expect(parse({ note: " a\0b\ud800 " }).data?.note).toBe("a\ufffdb\ufffd");
  });

  it("never throws", () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(typeof SetStatusInput.safeParse(value).success).toBe("boolean");
      }),
    );
  });
});
