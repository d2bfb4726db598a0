import { type Hours, isOnCall, nextStart, type Window } from "./on-call-hours.ts";

/** The answers to "When are you on shift?". */
export const shiftAnswers = ["always", "hours", "none"] as const;
export type ShiftAnswer = (typeof shiftAnswers)[number];

/**
 * When a person is on shift: always, in weekly hours, or never (`none`: not on call). `unanswered` if the person hasn't said.
 * `timeZone` is that of the person's browser; null if it isn't known yet.
 */
export type Shift =
  | { kind: "always" | "none" | "unanswered"; timeZone: string | null }
  | ({ kind: "hours" } & Hours);

const weekMs = 7 * 86_400_000;
const everyDay = (timeZone: string | null, from: string, to: string): Hours => ({
  timeZone: timeZone ?? "UTC",
  windows: [0, 1, 2, 3, 4, 5, 6].map((day): Window => ({ day, from, to })),
});

/** Whether a person is on shift at an instant. Somebody who hasn't answered is neither on nor off shift. */
export const isOnShift = (shift: Shift, at: Date): boolean =>
  shift.kind === "always" || (shift.kind === "hours" && isOnCall(shift, at));

/** Whether it is between 07:00 and 22:00 in a time zone; null is read as UTC. */
export const isDaytime = (timeZone: string | null, at: Date): boolean =>
  isOnCall(everyDay(timeZone, "07:00", "22:00"), at);

/** Whether an instant is in a person's hours. For people who chose none, these are 07:00–22:00; for `always`, all hours. */
export function isWithinHours(shift: Shift, at: Date): boolean {
  if (shift.kind === "always" || shift.kind === "hours") return isOnShift(shift, at);
  return isDaytime(shift.timeZone, at);
}

/**
 * Returns when a person gets the alerts that are deferred at `now`: when their hours begin next, or without hours at the next
 * 07:00. Always later than `now`.
 */
export function digestAt(shift: Shift, now: Date): Date {
  // the first quarter of the day, because daytime may have begun already
  const hours = shift.kind === "hours" ? shift : everyDay(shift.timeZone, "07:00", "07:15");
  // hours that never begin, such as those of an impossible week, must not defer forever
  return nextStart(hours, now) ?? new Date(now.getTime() + weekMs);
}
