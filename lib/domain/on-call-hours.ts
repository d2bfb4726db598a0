/** A stretch of the week by the wall clock of a place: from `from` on `day` (0 is Sunday) until `to`, of the next day where `to` isn't later than `from`. */
export type Window = { day: number; from: string; to: string };

/** When a person is on call: `windows` by the clocks of `timeZone`, an IANA name. */
export type Hours = { timeZone: string; windows: readonly Window[] };

/** Windows begin and end on quarters, and so do all time zones' offsets: whole quarters of UTC are never in two. */
export const quarterMs = 15 * 60_000;
const dayMinutes = 1_440;
const weekMinutes = 7 * dayMinutes;

/** Whether the runtime knows a time zone by this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();
const formatOf = (timeZone: string) => {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(timeZone, made);
  return made;
};
const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** The minute of the week that the clocks of a place show at an instant; 0 is Sunday 00:00. */
function minuteOfWeek(timeZone: string, at: Date): number {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return days.indexOf(parts.weekday ?? "") * dayMinutes + Number(parts.hour) * 60 + Number(parts.minute);
}

const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** A window's first minute of the week, and how long it is by the clock. */
function stretchOf({ day, from, to }: Window): { start: number; minutes: number } {
  const minutes = minuteOf(to) - minuteOf(from);
  return {
    start: day * dayMinutes + minuteOf(from),
    minutes: minutes > 0 ? minutes : minutes + dayMinutes,
  };
}

/** Whether a window holds a minute of the week. */
const holds = (window: Window, minute: number) => {
  const { start, minutes } = stretchOf(window);
  return (minute - start + weekMinutes) % weekMinutes < minutes;
};

/**
 * Whether a person is on call at an instant, by what the clocks of their place show then: an hour that is left out when
 * clocks go forward is in no window, one that comes twice when they go back is in its window both times. Without
 * hours one is always on call.
 */
export function isOnCall(hours: Hours | null, at: Date): boolean {
  if (!hours) return true;
  const minute = minuteOfWeek(hours.timeZone, at);
  return hours.windows.some((one) => holds(one, minute));
}

/** The next instant at which a person's hours begin, after one at which they are off; null when they never do. */
export function nextStart(hours: Hours, after: Date): Date | null {
  const first = Math.floor(after.getTime() / quarterMs) + 1;
  // a window that clocks leave out this week begins in the next
  for (let quarter = first; quarter <= first + (2 * weekMinutes) / 15; quarter += 1) {
    const at = new Date(quarter * quarterMs);
    if (isOnCall(hours, at)) return at;
  }
  return null;
}
