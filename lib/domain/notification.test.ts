import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NormalisedDetection } from "./detection.ts";
import { mustBeTold, type Reachable, rings, usualRules, whoIsTold, type Wishes } from "./notification.ts";
import { severities, type Severity } from "./severity.ts";

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

describe("a detection rings", () => {
  it.each([
    [{}, true],
    [{ severity: "low" }, true],
    [{ status: "in_progress" }, true],
    [{ status: "resolved" }, false],
    [{ status: "dismissed" }, false],
    [{ isSample: true }, false],
    [{ generatedAt: ago(ringsForMs - 1) }, true],
    [{ generatedAt: ago(ringsForMs) }, false],
    [{ generatedAt: null, startedAt: ago(ringsForMs) }, false],
    [{ generatedAt: null }, true],
    [{ generatedAt: ago(-ringsForMs) }, true],
  ] as [Partial<NormalisedDetection>, boolean][])("%j: %s", (changes, expected) => {
    expect(rings(detection(changes), usualRules, now)).toBe(expected);
  });
});

describe("who is told", () => {
  const wishes: fc.Arbitrary<Wishes> = fc.record({
    isOn: fc.boolean(),
    severities: fc.subarray(["high", "medium", "low", "informational"] as Severity[]),
  });
  const people = fc.uniqueArray(
    fc.record({
      userId: fc.uuid(),
      isAdmin: fc.boolean(),
      mayRead: fc.boolean(),
      wishes,
      deviceIds: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 }),
    }),
    { selector: (one) => one.userId },
  );
  const anySeverity = fc.constantFrom(...severities);
  const keyOf = (one: { userId: string; deviceId: string }) => `${one.userId} ${one.deviceId}`;
  const devicesOf = (some: Reachable[]) =>
    new Set(
      some.flatMap(({ userId, deviceIds }) => deviceIds.map((deviceId) => keyOf({ userId, deviceId }))),
    );
  const wants = ({ wishes: { isOn, severities: chosen } }: Reachable, severity: Severity) =>
    isOn && chosen.includes(severity === "unknown" ? "high" : severity);

  it("is never someone who may not see it, and nobody twice on one device", () => {
    fc.assert(
      fc.property(anySeverity, people, (severity, all) => {
        const told = whoIsTold(severity, all).map(keyOf);
        expect(new Set(told).size).toBe(told.length);
        const readers = devicesOf(all.filter((one) => one.mayRead));
        expect(told.filter((one) => !readers.has(one))).toEqual([]);
      }),
    );
  });

  it("is everyone who may see it and wishes to", () => {
    fc.assert(
      fc.property(anySeverity, people, (severity, all) => {
        const raised = whoIsTold(severity, all).filter((one) => one.reason === "raised");
        const wanted = devicesOf(all.filter((one) => one.mayRead && wants(one, severity)));
        expect(new Set(raised.map(keyOf))).toEqual(wanted);
      }),
    );
  });

  it("is the admins who may see it when a High one would reach nobody, and only then", () => {
    fc.assert(
      fc.property(anySeverity, people, (severity, all) => {
        const told = whoIsTold(severity, all);
        const reached = devicesOf(all.filter((one) => one.mayRead && wants(one, severity))).size > 0;
        const admins = devicesOf(all.filter((one) => one.mayRead && one.isAdmin));
        const fallback = new Set(told.filter((one) => one.reason === "fallback").map(keyOf));
        expect(fallback).toEqual(mustBeTold(severity) && !reached ? admins : new Set());
      }),
    );
  });
});
