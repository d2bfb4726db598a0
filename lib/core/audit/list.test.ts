import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyJson, anyText } from "#test/alerts.ts";
import { auditFilter, AuditQuery } from "./list.ts";

const id = "0190f6f0-1111-7222-8333-444455556666";

describe("the audit log's filters", () => {
  it("are read from the URL, both days included", () => {
    const before = `2026-03-04T05:06:07.123Z_${id}`;
    expect(auditFilter(AuditQuery.parse({ from: "2026-03-01", to: "2026-03-31", before }))).toEqual({
      from: new Date("2026-03-01T00:00:00Z"),
      until: new Date("2026-04-01T00:00:00Z"),
      before: { at: new Date("2026-03-04T05:06:07.123Z"), id },
    });
  });

  it.each([
    ["before", `2026-13-04T05:06:07.123Z_${id}`],
    ["before", `2026-03-04T99:06:07.123Z_${id}`],
    ["before", `2026-03-04T............Z_${id}`],
    ["before", `2026-03-04T05:06:07.123Z_${"-".repeat(36)}`],
    ["before", `2026-03-04T05:06:07.123Z_${id}'; select 1`],
    ["from", "2026-13-01"],
    ["to", "yesterday"],
    ["action", "\0"],
  ])("ignore %s=%j", (name, value) => {
    expect(auditFilter(AuditQuery.parse({ [name]: value }))).toEqual({});
  });

  it("never throw, and pass only valid dates and ids to the database", () => {
    const names = ["from", "to", "before", "action", "actor"];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.oneof(anyText, anyJson)), (values) => {
        const { from, until, before, action = "", actor = "" } = auditFilter(AuditQuery.parse(values));
        for (const at of [from, until, before?.at]) expect(at?.getTime()).not.toBeNaN();
        expect(`${action}${actor}`).not.toContain("\0");
      }),
    );
  });
});
