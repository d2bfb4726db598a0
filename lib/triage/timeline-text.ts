import { minutesText } from "#lib/domain/text.ts";
import type { Json } from "#lib/domain/detection.ts";
import { severityLabel } from "#lib/domain/severity.ts";
import { isReopening, statusLabel } from "#lib/domain/status.ts";
import type { VendorWords } from "#lib/vendors/manifest.ts";
import { judgements, reasons } from "#lib/domain/verdict.ts";
import { type TimelineKind, toldFieldLabel, toldFields } from "#lib/domain/timeline.ts";
import { Severity, Status } from "#lib/domain/words.ts";

const label = (value: Json | undefined) => {
  const status = Status.safeParse(value);
  return status.success ? statusLabel[status.data] : "an unknown status";
};
function isReopened({ from, to }: Detail): boolean {
  const [before, after] = [Status.safeParse(from), Status.safeParse(to)];
  return before.success && after.success && isReopening(before.data, after.data);
}
const text = (value: Json | undefined) => (typeof value === "string" ? value : "");

/** Says how a decision judges the alert: " as Expected". */
const judged = (reason: Json | undefined) => {
  const known = reasons.find((each) => each === reason);
  return known ? ` as ${judgements[known].label}` : "";
};
const ownerSteps = {
  acknowledged: "Acknowledge",
  taken_over: "Take over",
  released: "Release",
  judged: "Change verdict",
  commented: "Comment",
};

const fieldLabel = (field: Json | undefined) => {
  const told = toldFields.find((one) => one === field);
  return told ? toldFieldLabel[told] : "A field";
};
/** Returns a field's value as text. A code becomes its label, and a list becomes its number of entries. */
function fieldText(field: Json | undefined, value: Json | undefined): string {
  if (typeof value === "number") return `${value} entries`;
  const severity = field === "severity" ? Severity.safeParse(value) : null;
  return severity?.success ? severityLabel[severity.data] : text(value) || "nothing";
}

type Detail = { [key: string]: Json };

const sentences: Record<TimelineKind, (detail: Detail, words: VendorWords) => string> = {
  received: (d) =>
    `Received by ${d.how === "webhook" ? "webhook" : "poll"} through ${text(d.configuration)}, as ${label(d.status)}`,
  seen: (d, { provider }) =>
    d.how === "webhook"
      ? "Received by webhook as well"
      : `Found by poll as well${Number(d.after) > 1 ? `: ${provider} knows this alert after all` : ""}`,
  unconfirmed: (_d, { provider }) =>
    `${provider} does not know this alert: it came by webhook, and two full reads since didn't find it. Nothing can be changed on it.`,
  nobody_notified: () =>
    "Nobody was notified: no device of anyone who may see this alert can be reached. Devices are added under Settings > Notifications.",
  admins_notified: () =>
    "The admins were notified: nobody else who may act on this alert can be reached and wants to be.",
  everyone_notified: (d) =>
    `Nobody acknowledged it within ${minutesText(Number(d.minutes))}, so everyone on call was notified.`,
  admins_notified_again: (d) =>
    `Nobody acknowledged it within ${minutesText(Number(d.minutes))}, so the admins were notified again.`,
  acknowledged: () => "Acknowledged",
  taken_over: ({ person }) => `Took it over from ${text(person) || "a colleague"}`,
  released: () => "Released: nobody owns it now",
  owner_undone: ({ what }) =>
    `Undid “${ownerSteps[text(what) as keyof typeof ownerSteps] ?? "the change of owner"}”`,
  owner_lost: ({ person }) =>
    `Nobody owns it any more: ${text(person) || "Whoever acknowledged it"} may not work on this alert now. Acknowledge it if you take it on.`,
  owner_silent: ({ person, minutes }) =>
    `${text(person) || "Its owner"} was silent for ${minutesText(Number(minutes))}, so it needs triage again and notifies anew`,
  owner_kept: () => "Still works on it",
  offered: ({ person }) => `Offered it to ${text(person) || "a colleague"}`,
  commented: ({ isUndone }) => (isUndone === true ? "Commented, and took it back" : "Commented"),
  referenced: ({ reference }) =>
    text(reference) ? `Set the reference ${text(reference)}` : "Removed the reference",
  passed: () => "Passed: not theirs. The next people are notified now",
  judged: (d) => `Judged${judged(d.reason)}; the status stays ${label(d.status)}`,
  status_requested: (d) =>
    `Asked for ${label(d.to)}${judged(d.reason)}${d.released === true ? ", without an owner" : ""} (was ${label(d.from)})`,
  status_undone: (d) => `Took back the change to ${label(d.to)} before it was sent`,
  status_confirmed: (d, { provider }) =>
    `${provider} confirmed ${label(d.to)}${text(d.as) ? `, changed as ${text(d.as)}` : ""}`,
  status_diverged: (d, { provider }) =>
    `${provider} holds ${label(d.holds)}, not ${label(d.to)}. ${text(d.message)}`,
  status_failed: (d) => `The change to ${label(d.to)} failed. ${text(d.message)}`,
  change_given_up: () => "Gave up the change that wasn't saved",
  status_changed: (d, { provider }) =>
    `${isReopened(d) ? "Reopened" : "Status changed"} in ${provider}: ${label(d.from)} → ${label(d.to)}`,
  field_changed: ({ field, from, to }) =>
    `${fieldLabel(field)} changed: ${fieldText(field, from)} → ${fieldText(field, to)}`,
};

/** Returns the sentence for an event of a timeline. */
export function eventText(kind: TimelineKind, detail: Detail, words: VendorWords): string {
  return sentences[kind](detail, words);
}
