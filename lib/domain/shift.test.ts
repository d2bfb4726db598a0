import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestAt, isDaytime, isOnShift, isWithinHours, type Shift } from "./shift.ts";

const unanswered = (timeZone: string | null): Shift => ({ kind: "unanswered", timeZone });

describe("a person without chosen hours", () => {
  it("has a day from 07:00 to 22:00 by the clock of their time zone, in UTC if it is unknown", () => {
    const at = (text: string, zone: string | null) => isDaytime(zone, new Date(text));
    expect(at("2026-11-18T05:59:00Z", "Europe/Vienna")).toBe(false);
    expect(at("2026-11-18T06:00:00Z", "Europe/Vienna")).toBe(true);
    expect(at("2026-11-18T20:59:00Z", "Europe/Vienna")).toBe(true);
    expect(at("2026-11-18T21:00:00Z", "Europe/Vienna")).toBe(false);
    for (const zone of [null, "Mars/Olympus"]) {
      expect(at("2026-11-18T06:59:00Z", zone)).toBe(false);
      expect(at("2026-11-18T07:00:00Z", zone)).toBe(true);
    }
  });

  it("gets a digest at the next 07:00, never at the present one", () => {
    const next = (text: string, zone: string | null) =>
      digestAt(unanswered(zone), new Date(text)).toISOString();
    expect(next("2026-11-18T02:00:00Z", "Europe/Vienna")).toBe("2026-11-18T06:00:00.000Z");
    expect(next("2026-11-18T06:00:00Z", "Europe/Vienna")).toBe("2026-11-19T06:00:00.000Z");
    expect(next("2026-11-18T06:07:00Z", "Europe/Vienna")).toBe("2026-11-19T06:00:00.000Z");
    expect(next("2026-11-18T12:00:00Z", "Europe/Vienna")).toBe("2026-11-19T06:00:00.000Z");
    // summer time begins in this night
    expect(next("2026-03-28T23:00:00Z", "Europe/Vienna")).toBe("2026-03-29T05:00:00.000Z");
    expect(next("2026-11-18T12:00:00Z", "Mars/Olympus")).toBe("2026-11-19T07:00:00.000Z");
  });

  it("is neither on shift nor off it before they have answered", () => {
    const noon = new Date("2026-11-18T12:00:00Z");
    expect(isOnShift(unanswered("UTC"), noon)).toBe(false);
    expect(isWithinHours(unanswered("UTC"), noon)).toBe(true);
    expect(isOnShift({ kind: "always", timeZone: null }, noon)).toBe(true);
    expect(isOnShift({ kind: "none", timeZone: null }, noon)).toBe(false);
  });
});

describe("the digest of somebody with hours", () => {
  it("comes when the hours begin", () => {
    const night: Shift = {
      kind: "hours",
      timeZone: "America/New_York",
      windows: [{ day: 3, from: "22:00", to: "06:00" }],
    };
    expect(digestAt(night, new Date("2026-11-18T12:00:00Z")).toISOString()).toBe("2026-11-19T03:00:00.000Z");
  });

  it("is always in the future, also for hours that never begin", () => {
    const empty: Shift = { kind: "hours", timeZone: "UTC", windows: [] };
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2026-01-01"), max: new Date("2028-01-01"), noInvalidDate: true }),
        (now) => {
          for (const shift of [empty, unanswered("Pacific/Apia"), unanswered(null)])
            expect(digestAt(shift, now).getTime()).toBeGreaterThan(now.getTime());
        },
      ),
    );
  });
});
