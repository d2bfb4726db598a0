import { severityCountedAs, notifiesNow, type Person, type Subject, wants } from "./recipients.ts";
import { quarterMs } from "./on-call-hours.ts";

/** A person of the team, and the configurations that they may see. */
type Member = Pick<Person, "preferences" | "hasVerifiedDevice" | "mayTriage"> & {
  readableIds: readonly string[];
};
/** A time, from `from` until `until`, in which an alert would notify nobody. */
export type Gap = { from: Date; until: Date };

const weekQuarters = (7 * 24 * 3_600_000) / quarterMs;
const hourMs = 3_600_000;

/** Whether an alert notifies a person at every hour while nobody else covers it. Saves looking at a week of quarters. */
function isAlwaysNotified({ preferences: { shift, alwaysNotify } }: Member, subject: Subject): boolean {
  if (shift.kind === "always") return true;
  const severity = severityCountedAs(subject.severity);
  if (subject.environment === "test" || shift.kind === "none") return false;
  return shift.kind === "unanswered" ? severity === "high" : alwaysNotify.includes(severity);
}

/**
 * Lists the gaps of the coming week in which an alert of this configuration and severity would notify none of `people` who may
 * triage on a verified device. Gaps consist of whole hours. An hour belongs to a gap if the alert would notify nobody in one of the hour's
 * quarters.
 */
export function gapsOf(subject: Subject, people: readonly Member[], now: Date): Gap[] {
  const covering = people.filter(
    (person) =>
      person.mayTriage &&
      person.hasVerifiedDevice &&
      person.readableIds.includes(subject.configurationId) &&
      wants(person, subject),
  );
  if (covering.some((person) => isAlwaysNotified(person, subject))) return [];
  const start = Math.floor(now.getTime() / hourMs) * hourMs;
  const gaps: Gap[] = [];
  for (let quarter = 0; quarter < weekQuarters; quarter += 1) {
    const at = new Date(start + quarter * quarterMs);
    if (covering.some(({ preferences }) => notifiesNow(preferences, subject, at))) continue;
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
