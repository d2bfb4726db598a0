import { describe, expect, it } from "vitest";
import { accessOf, unconfirmedSince } from "./access.ts";

const now = new Date("2026-03-01T12:00:00Z");
const after = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
const shownMs = 60 * 60_000;
const granted = (confirmedMinutes: number, unconfirmedMinutes: number | null = null) => ({
  access: "granted" as const,
  confirmedAt: after(confirmedMinutes),
  unconfirmedSince: unconfirmedMinutes === null ? null : after(unconfirmedMinutes),
});

describe("a person's access", () => {
  it.each([
    [0, null, "granted"],
    [-15, null, "granted"],
    [-16, null, "unconfirmed"],
    [-5, -1, "unconfirmed"],
    [-60, -50, "lapsed"],
    // two machines' clocks differ a little
    [1, null, "granted"],
  ])("confirmed %i minutes ago, unconfirmed for %s, is %s", (confirmed, unconfirmed, access) => {
    expect(accessOf(granted(confirmed, unconfirmed), now, shownMs)).toBe(access);
  });

  it("confirmed by a clock that was ahead is unconfirmed, and lapses if the vendor can't be asked", () => {
    const year = 365 * 1_440;
    expect(accessOf(granted(2), now, shownMs)).toBe("unconfirmed");
    expect(accessOf(granted(year), now, shownMs)).toBe("unconfirmed");
    expect(unconfirmedSince(granted(year), now)).toEqual(now);
    expect(accessOf(granted(year, -59), now, shownMs)).toBe("unconfirmed");
    expect(accessOf(granted(year, -60), now, shownMs)).toBe("lapsed");
    expect(accessOf(granted(year, year), now, shownMs)).toBe("unconfirmed");
  });

  it("ends with a refusal, and needs a connected account", () => {
    expect(accessOf({ ...granted(0), access: "refused" }, now, shownMs)).toBe("refused");
    expect(accessOf(null, now, shownMs)).toBe("not_connected");
  });
});
