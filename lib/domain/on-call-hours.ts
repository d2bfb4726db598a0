/**
 * A part of each week, by the wall clock of a time zone: from `from` on `day` (0 is Sunday) until `to`. If `to` isn't later
 * than `from`, the part ends on the next day.
 */
export type Window = { day: number; from: string; to: string };

/** When a person is on call. `windows` are by the wall clock of `timeZone`, an IANA name; an unknown one is read as UTC. */
export type Hours = { timeZone: string; windows: readonly Window[] };

/**
 * All windows begin and end on a quarter of an hour of UTC, because the offsets of all time zones are multiples of this
 * time.
 */
export const quarterMs = 15 * 60_000;
const dayMinutes = 1_440;
const weekMinutes = 7 * dayMinutes;

/** Whether the runtime knows a time zone with this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    // the runtime knows no such time zone
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();
const formatOf = (timeZone: string) => {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    // a zone that this runtime doesn't know must not stop anybody from being notified
    timeZone: isTimeZone(timeZone) ? timeZone : "UTC",
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(timeZone, made);
  return made;
};
const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** Returns the minute of the week that the wall clock of a time zone shows at an instant. Minute 0 is Sunday 00:00. */
function minuteOfWeek(timeZone: string, at: Date): number {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return days.indexOf(parts.weekday ?? "") * dayMinutes + Number(parts.hour) * 60 + Number(parts.minute);
}

const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Returns the minute of the week at which a window begins, and the window's length by the wall clock. */
function spanOf({ day, from, to }: Window): { start: number; minutes: number } {
  const minutes = minuteOf(to) - minuteOf(from);
  return {
    start: day * dayMinutes + minuteOf(from),
    minutes: minutes > 0 ? minutes : minutes + dayMinutes,
  };
}

const contains = (window: Window, minute: number) => {
  const { start, minutes } = spanOf(window);
  return (minute - start + weekMinutes) % weekMinutes < minutes;
};

/** Whether an instant is in a person's hours, by the wall clock of the person's time zone. */
export function isOnCall(hours: Hours, at: Date): boolean {
  const minute = minuteOfWeek(hours.timeZone, at);
  return hours.windows.some((window) => contains(window, minute));
}

/**
 * Returns the next instant at which a person's hours begin. The person must be off call at `after`. Returns null if no
 * instant is found.
 */
export function nextStart(hours: Hours, after: Date): Date | null {
  const next = Math.floor(after.getTime() / quarterMs) + 1;
  // a window that the clocks skip this week begins in the next
  for (let quarter = next; quarter <= next + (2 * weekMinutes) / 15; quarter += 1) {
    const at = new Date(quarter * quarterMs);
    if (isOnCall(hours, at)) return at;
  }
  return null;
}
