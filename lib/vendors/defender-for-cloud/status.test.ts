import { describe, expect, it } from "vitest";
import { statusAction, statusFrom, transitions } from "./status.ts";

describe("statuses", () => {
  it.each([
    ["active", "Active", "activate"],
    ["in_progress", "InProgress", "inProgress"],
    ["dismissed", "Dismissed", "dismiss"],
    ["resolved", "Resolved", "resolve"],
  ] as const)("%s is %s at Azure and is requested with %s", (status, word, action) => {
    expect(statusAction[status]).toBe(action);
    for (const cased of [word, word.toLowerCase(), word.toUpperCase(), ` ${word} `])
      expect(statusFrom(cased)).toBe(status);
  });

  it("reads New, which deliveries say, as Active", () => {
    expect(statusFrom("New")).toBe("active");
  });

  it("have exactly these transitions", () => {
    expect(transitions).toEqual({
      active: ["in_progress", "dismissed", "resolved"],
      in_progress: ["active", "dismissed", "resolved"],
      dismissed: ["active"],
      resolved: ["active"],
      unknown: [],
    });
  });
});
