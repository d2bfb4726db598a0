import { expect, it } from "vitest";
import { defaultPolicy } from "#lib/domain/notification-policy.ts";
import { detectionText } from "./detection-text.ts";

const bodyOf = (more: Partial<Parameters<typeof detectionText>[0]>) =>
  detectionText({
    id: "d",
    title: "A web shell was found",
    severity: "high",
    resourceName: "vm-pay-01",
    tactics: ["Persistence"],
    configurationName: "Azure Production",
    silentOwner: null,
    reason: "raised",
    groupedCount: 0,
    policy: defaultPolicy,
    canAcknowledge: true,
    ...more,
  }).body;

it("names the resource, the tactic and the configuration, unless notifications are private", () => {
  expect(bodyOf({})).toBe("vm-pay-01 · Persistence · Azure Production");
  expect(bodyOf({ policy: { ...defaultPolicy, isPrivate: true } })).toBe("");
});

it("counts one more sample, and several", () => {
  expect(bodyOf({ reason: "sample", groupedCount: 1 })).toContain("A sample, no attack · 1 more sample ·");
  expect(bodyOf({ reason: "sample", groupedCount: 3 })).toContain("3 more samples ·");
});

it("says for how long nobody has acknowledged it", () => {
  const policy = { ...defaultPolicy, escalateMinutes: 1 };
  expect(bodyOf({ reason: "escalated_to_everyone", policy })).toContain(
    "Nobody has acknowledged it for 1 minute ·",
  );
  expect(bodyOf({ reason: "escalated_to_admins", policy })).toContain("for 2 minutes ·");
});

it("says who was silent, unless notifications are private", () => {
  expect(bodyOf({ silentOwner: "Ben" })).toBe(
    "Ben had it and was silent · vm-pay-01 · Persistence · Azure Production",
  );
  expect(bodyOf({ silentOwner: "Ben", policy: { ...defaultPolicy, isPrivate: true } })).toBe("");
});
