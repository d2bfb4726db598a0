import { describe, expect, it } from "vitest";
import { reachOf } from "./session.ts";

const start = Date.UTC(2026, 7, 1);
const at = (minutes: number) => new Date(start + minutes * 60_000);
const hour = 60;
const day = 24 * hour;
const session = (seenAt: number, revokedAt: Date | null = null) => ({
  createdAt: at(0),
  lastSeenAt: at(seenAt),
  expiresAt: at(12 * hour),
  revokedAt,
});
const device = (lastShownAt: number | null, more: { goneAt?: Date; deactivatedAt?: Date } = {}) => ({
  lastShownAt: lastShownAt === null ? null : at(lastShownAt),
  goneAt: null,
  deactivatedAt: null,
  ...more,
});

describe("a session", () => {
  it.each([
    ["valid for everything for 30 idle minutes", session(0), undefined, 29, "everything"],
    ["over after 30 idle minutes", session(0), undefined, 30, null],
    ["valid for everything while it is used", session(700), undefined, 719, "everything"],
    ["over after 12 hours, even while it is used", session(719), undefined, 720, null],
    ["valid for alerts on a verified device after 30 idle minutes", session(0), device(5), 31, "alerts"],
    ["valid for alerts on a verified device after 12 hours", session(719), device(5), 720, "alerts"],
    ["valid for alerts there for 7 days", session(0), device(5 * day), 7 * day - 1, "alerts"],
    ["over there after 7 days", session(0), device(5 * day), 7 * day, null],
    ["over once the device showed nothing for 7 days", session(0), device(-2 * day), 5 * day, null],
    ["over on a device that never showed anything", session(0), device(null), 31, null],
    ["over on a device that is gone", session(0), device(5, { goneAt: at(6) }), 31, null],
    ["over on a device that an admin deactivated", session(0), device(5, { deactivatedAt: at(6) }), 31, null],
    ["over once it was revoked, even on a verified device", session(0, at(1)), device(5), 2, null],
  ])("is %s", (_, times, deviceTimes, minutes, reach) => {
    expect(reachOf(times, deviceTimes, at(minutes))).toBe(reach);
  });
});
