import { describe, expect, it } from "vitest";
import type { NormalisedDetection } from "./detection.ts";
import { noveltyOf, defaultPolicy } from "./notification.ts";

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
const ringsForMs = 3_600_000;
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();

describe("a new detection", () => {
  it.each([
    [{}, "rings"],
    [{ severity: "low" }, "rings"],
    [{ status: "in_progress" }, "rings"],
    [{ status: "resolved" }, "quiet"],
    [{ status: "dismissed" }, "quiet"],
    [{ isSample: true }, "sample"],
    [{ isSample: true, generatedAt: ago(ringsForMs) }, "quiet"],
    [{ isSample: true, status: "dismissed" }, "quiet"],
    [{ generatedAt: ago(ringsForMs - 1) }, "rings"],
    [{ generatedAt: ago(ringsForMs) }, "history"],
    [{ status: "resolved", generatedAt: ago(ringsForMs) }, "quiet"],
    [{ generatedAt: null, startedAt: ago(ringsForMs) }, "history"],
    [{ generatedAt: null }, "rings"],
    [{ generatedAt: ago(-ringsForMs) }, "rings"],
  ] as [Partial<NormalisedDetection>, string][])("%j: %s", (changes, expected) => {
    expect(noveltyOf(detection(changes), defaultPolicy, now)).toBe(expected);
  });
});
