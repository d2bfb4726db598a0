import { describe, expect, it } from "vitest";
import { statusAction, statusFrom, transitions } from "./status.ts";

describe("statuses", () => {
  it.each([
    ["active", "Active", "activate"],
    ["in_progress", "InProgress", "inProgress"],
    ["dismissed", "Dismissed", "dismiss"],
    ["resolved", "Resolved", "resolve"],
  ] as const)("%s is %s at Azure and asked for by %s", (status, word, action) => {
    expect(statusAction[status]).toBe(action);
    for (const cased of [word, word.toLowerCase(), word.toUpperCase(), ` ${word} `])
      expect(statusFrom(cased)).toBe(status);
  });

  it("takes a push's New for Active", () => {
    expect(statusFrom("New")).toBe("active");
  });

  it("may go these ways and no others", () => {
    expect(transitions).toEqual({
      active: ["in_progress", "dismissed", "resolved"],
      in_progress: ["active", "dismissed", "resolved"],
      dismissed: ["active"],
      resolved: ["active"],
      unknown: [],
    });
  });
});
