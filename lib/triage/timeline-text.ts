import type { Json } from "#lib/domain/detection.ts";
import { statusLabel } from "#lib/domain/status.ts";
import type { VendorWords } from "#lib/vendors/manifest.ts";
import { Status } from "#lib/domain/words.ts";

const label = (value: Json | undefined) => {
  const status = Status.safeParse(value);
  return status.success ? statusLabel[status.data] : "an unknown status";
};
const text = (value: Json | undefined) => (typeof value === "string" ? value : "");

type Detail = { [key: string]: Json };

const sentences: Record<string, (detail: Detail, words: VendorWords) => string> = {
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
    "The admins were notified: nobody else who may see this alert can be reached and wants to be.",
  everyone_notified: (d) =>
    `Nobody acknowledged it within ${Number(d.minutes)} minutes, so everyone who may see it was notified.`,
  admins_notified_again: (d) =>
    `Nobody acknowledged it within ${Number(d.minutes)} minutes, so the admins were notified again.`,
  acknowledged: () => "Acknowledged",
  status_requested: (d) => `Asked for ${label(d.to)} (was ${label(d.from)})`,
  status_undone: (d) => `Took back the change to ${label(d.to)} before it was sent`,
  status_confirmed: (d, { provider }) =>
    `${provider} confirmed ${label(d.to)}${text(d.as) ? `, changed as ${text(d.as)}` : ""}`,
  status_diverged: (d, { provider }) =>
    `${provider} holds ${label(d.holds)}, not ${label(d.to)}. ${text(d.message)}`,
  status_failed: (d) => `The change to ${label(d.to)} failed. ${text(d.message)}`,
  status_changed: (d, { provider }) => `Status changed in ${provider}: ${text(d.from)} → ${text(d.to)}`,
  field_changed: (d) => `${text(d.label)} changed: ${text(d.from) || "nothing"} → ${text(d.to) || "nothing"}`,
};

/** A timeline entry as a sentence; an unknown `kind` as it stands. */
export function eventText(kind: string, detail: Detail, words: VendorWords): string {
  return sentences[kind]?.(detail, words) ?? kind;
}
