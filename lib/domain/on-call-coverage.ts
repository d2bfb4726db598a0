import { severityCountedAs, notifiesNow, type Subject, wants, type Preferences } from "./recipients.ts";
import { quarterMs } from "./on-call-hours.ts";

/** A person with at least one verified device. */
type Reachable = { preferences: Preferences; readableIds: readonly string[] };
/** A time, from `from` until `until`, in which an alert would notify nobody. */
export type Gap = { from: Date; until: Date };

const weekQuarters = (7 * 24 * 3_600_000) / quarterMs;
const hourMs = 3_600_000;

/**
 * Lists the gaps of the coming week in which an alert of this configuration and severity would notify none of `people`.
 * Gaps consist of whole hours. An hour belongs to a gap if the alert would notify nobody in one of the hour's quarters.
 */
export function gapsOf(subject: Subject, people: readonly Reachable[], now: Date): Gap[] {
  const { severity, configurationId } = subject;
  const covering = people
    .filter((person) => person.readableIds.includes(configurationId) && wants(person, subject))
    .map(({ preferences }) => preferences);
  const isAlwaysCovered = covering.some(
    ({ hours, alwaysNotify }) => hours === null || alwaysNotify.includes(severityCountedAs(severity)),
  );
  if (isAlwaysCovered) return [];
  const start = Math.floor(now.getTime() / hourMs) * hourMs;
  const gaps: Gap[] = [];
  for (let quarter = 0; quarter < weekQuarters; quarter += 1) {
    const at = new Date(start + quarter * quarterMs);
    if (covering.some((preferences) => notifiesNow(preferences, severity, at))) continue;
    const from = Math.floor(at.getTime() / hourMs) * hourMs;
    const last = gaps.at(-1);
    if (last && last.until.getTime() >= from) last.until = new Date(from + hourMs);
    else gaps.push({ from: new Date(from), until: new Date(from + hourMs) });
  }
  return gaps;
}

/** Returns the total hours of gaps. */
export const hoursOf = (gaps: readonly Gap[]): number =>
  gaps.reduce((hours, { from, until }) => hours + (until.getTime() - from.getTime()) / hourMs, 0);
