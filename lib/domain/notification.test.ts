import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NormalisedDetection } from "./detection.ts";
import { type Reachable, rings, ringsForMs, whoIsTold } from "./notification.ts";

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
const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();

describe("a detection rings", () => {
  it.each([
    [{}, true],
    [{ severity: "medium" }, false],
    [{ severity: "unknown" }, true],
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
    expect(rings(detection(changes), now)).toBe(expected);
  });
});

describe("who is told", () => {
  const anyone: fc.Arbitrary<Reachable> = fc.record({
    userId: fc.uuid(),
    mayRead: fc.boolean(),
    deviceIds: fc.array(fc.constantFrom("a", "b", "c")),
  });

  it("is everyone who may see it on each of their devices once, and never anyone who may not", () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyone, { selector: (one) => one.userId }), (people) => {
        const told = whoIsTold(people);
        const keys = told.map((one) => `${one.userId} ${one.deviceId}`);
        expect(new Set(keys).size).toBe(keys.length);
        const wanted = people.flatMap((one) =>
          one.mayRead ? [...new Set(one.deviceIds)].map((id) => `${one.userId} ${id}`) : [],
        );
        expect(new Set(keys)).toEqual(new Set(wanted));
      }),
    );
  });
});
