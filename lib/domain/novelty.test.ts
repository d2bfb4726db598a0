import { describe, expect, it } from "vitest";
import type { NormalisedDetection } from "./detection.ts";
import { defaultPolicy } from "./notification-policy.ts";
import { noveltyOf } from "./novelty.ts";

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
    expect(noveltyOf(detection(changes), defaultPolicy, now)).toBe(expected);
  });
});
