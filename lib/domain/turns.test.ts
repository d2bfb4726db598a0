import { describe, expect, it } from "vitest";
import { shareOf, turnsOf } from "./turns.ts";

describe("turnsOf", () => {
  it("lets so many go in any minute, whatever the number", () => {
    for (let perMinute = 1; perMinute <= 5_000; perMinute++) {
      const { atOnce, everyMs } = turnsOf(perMinute);
      const singly = Math.ceil(60_000 / everyMs - 1e-6);
      expect([perMinute, atOnce >= 1, atOnce - 1 + singly <= perMinute]).toEqual([perMinute, true, true]);
    }
  });

  it("lets a quarter go at once", () => {
    expect(turnsOf(780)).toEqual({ atOnce: 195, everyMs: 60_000 / 586 });
  });
});

describe("shareOf", () => {
  it("leaves calls to other work in any long time, whatever the limit", () => {
    for (let perMinute = 1; perMinute <= 5_000; perMinute++) {
      const turns = turnsOf(perMinute);
      const share = shareOf(turns, 0.75);
      const callsIn = ({ atOnce, everyMs }: typeof turns, ms: number) => atOnce + ms / everyMs;
      const hourMs = 3_600_000;
      expect(callsIn(turns, hourMs)).toBeGreaterThan(callsIn(share, hourMs) + 13);
      expect(share.atOnce).toBeGreaterThan(turns.atOnce);
    }
  });
});
