import { severityCountedAs, notifiesNow, type Subject, wants, type Preferences } from "./recipients.ts";
import { quarterMs } from "./on-call-hours.ts";

/** Someone whom a notification reaches: they have a device that showed one lately. */
type Reached = { wishes: Preferences; readableIds: readonly string[] };
/** From `from` until `until`, in which nobody is rung for an alert. */
export type Gap = { from: Date; until: Date };

const weekQuarters = (7 * 24 * 3_600_000) / quarterMs;
const hourMs = 3_600_000;

/**
 * The hours of the week from `now` in which a configuration's alert of this severity would ring for nobody of `people`;
 * an hour counts when a quarter of it is uncovered. Those in a row are one gap.
 */
export function gapsOf(subject: Subject, people: readonly Reached[], now: Date): Gap[] {
  const { severity, configurationId } = subject;
  const covering = people.filter((one) => one.readableIds.includes(configurationId) && wants(one, subject));
  const first = Math.floor(now.getTime() / hourMs) * hourMs;
  // whom it always reaches covers every hour
  if (
    covering.some(
      ({ wishes }) => wishes.hours === null || wishes.through.includes(severityCountedAs(severity)),
    )
  )
    return [];
  const gaps: Gap[] = [];
  for (let quarter = 0; quarter < weekQuarters; quarter += 1) {
    const at = new Date(first + quarter * quarterMs);
    if (covering.some(({ wishes }) => notifiesNow(wishes, severity, at))) continue;
    const from = Math.floor(at.getTime() / hourMs) * hourMs;
    const last = gaps.at(-1);
    if (last && last.until.getTime() >= from) last.until = new Date(from + hourMs);
    else gaps.push({ from: new Date(from), until: new Date(from + hourMs) });
  }
  return gaps;
}

/** How many hours gaps have together. */
export const hoursOf = (gaps: readonly Gap[]): number =>
  gaps.reduce((sum, { from, until }) => sum + (until.getTime() - from.getTime()) / hourMs, 0);
