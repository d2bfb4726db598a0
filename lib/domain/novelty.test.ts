import { describe, expect, it } from "vitest";
import type { NormalisedDetection } from "./detection.ts";
import { defaultPolicy } from "./notification-policy.ts";
import { isBacklog, noveltyOf } from "./novelty.ts";

const now = new Date("2026-03-04T05:00:00Z");
const detection = (changes: Partial<NormalisedDetection>) =>
  ({
    severity: "high",
    status: "active",
    isSample: false,
    generatedAt: now.toISOString(),
    startedAt: null,
    ...changes,
  }) as NormalisedDetection;
const freshForMs = 3_600_000;
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();

describe("a new detection", () => {
  it.each([
    [{}, "notify"],
    [{ severity: "low" }, "notify"],
    [{ status: "in_progress" }, "notify"],
    [{ status: "resolved" }, "none"],
    [{ status: "dismissed" }, "none"],
    [{ isSample: true }, "sample"],
    [{ isSample: true, generatedAt: ago(freshForMs) }, "none"],
    [{ isSample: true, status: "dismissed" }, "none"],
    [{ generatedAt: ago(freshForMs - 1) }, "notify"],
    [{ generatedAt: ago(freshForMs) }, "history"],
    [{ status: "resolved", generatedAt: ago(freshForMs) }, "none"],
    [{ generatedAt: null, startedAt: ago(freshForMs) }, "history"],
    [{ generatedAt: null }, "notify"],
    [{ generatedAt: ago(-freshForMs) }, "notify"],
  ] as [Partial<NormalisedDetection>, string][])("%j: %s", (changes, expected) => {
    const meeting = { seenAt: now, usualDelayMs: 0 };
    expect(noveltyOf(detection(changes), defaultPolicy, meeting, now)).toBe(expected);
  });

  const hourMs = 3_600_000;
  it.each([
    // how many hours ago the alert was raised and PocketSOC met it
    { raised: 2, received: 2, usualHours: 0, expected: "notify" },
    { raised: 71, received: 71, usualHours: 0, expected: "notify" },
    { raised: 72, received: 72, usualHours: 0, expected: "history" },
    { raised: 4, received: 2, usualHours: 0, expected: "history" },
    { raised: 3, received: 0, usualHours: 4, expected: "notify" },
    { raised: 5, received: 0, usualHours: 4, expected: "history" },
  ])("%j", ({ raised, received, usualHours, expected }) => {
    const meeting = { seenAt: new Date(ago(received * hourMs)), usualDelayMs: usualHours * hourMs };
    const one = detection({ generatedAt: ago(raised * hourMs) });
    expect(noveltyOf(one, defaultPolicy, meeting, now)).toBe(expected);
  });
});

describe("the backlog", () => {
  const hourMs = 3_600_000;
  const old = { generatedAt: ago(73 * hourMs) };
  it.each([
    // the alert, and how many hours ago the last good poll was; null if there was none
    [old, null, true],
    [old, 25, true],
    [old, 23, false],
    [{ generatedAt: ago(71 * hourMs) }, null, false],
    [{ generatedAt: null, startedAt: ago(73 * hourMs) }, null, true],
    [{ generatedAt: null }, null, false],
    [{ ...old, status: "in_progress" }, null, true],
    [{ ...old, status: "dismissed" }, null, false],
    [{ ...old, isSample: true }, null, false],
  ] as [Partial<NormalisedDetection>, number | null, boolean][])(
    "%j after %s h: %s",
    (changes, hours, expected) => {
      const lastGoodPollAt = hours === null ? null : new Date(ago(hours * hourMs));
      expect(isBacklog(detection(changes), lastGoodPollAt, now)).toBe(expected);
    },
  );
});
