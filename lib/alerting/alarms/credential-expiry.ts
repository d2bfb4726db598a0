import type { ConfigurationRow, CredentialRow } from "#db/queries/sources/configurations.ts";
import type { AlarmStage } from "#lib/domain/alarm.ts";
import { daysUntil, hasOutlived, reminderDays } from "#lib/domain/expiry.ts";
import type { VendorWords } from "#lib/domain/vendor-words.ts";
import { secretAcceptedAt } from "#lib/sources/configurations/expiry.ts";
import type { FoundAlarm } from "./found-alarm.ts";

const stageOf: Record<(typeof reminderDays)[number], AlarmStage> = {
  30: "within_30_days",
  14: "within_14_days",
  7: "within_7_days",
  1: "last_day",
};

/**
 * Returns the alarm of a secret or certificate that has expired or expires within 30 days, or whose expiry date can't be right.
 * Returns null if it expires later or the day is unknown.
 */
export function secretAlarm(
  configuration: ConfigurationRow,
  { kind, secretExpiresOn }: Pick<CredentialRow, "kind" | "secretExpiresOn">,
  now: Date,
  { provider }: VendorWords,
): FoundAlarm | null {
  if (configuration.disabledAt || !secretExpiresOn || kind === "public") return null;
  const days = daysUntil(secretExpiresOn, now);
  const reachedDays = reminderDays.filter((reminder) => days <= reminder);
  const nearest = reachedDays.at(-1);
  if (nearest === undefined) return null;
  if (hasOutlived(secretExpiresOn, secretAcceptedAt(configuration, { kind })))
    return {
      kind: "secret",
      configurationId: configuration.id,
      // this stage is told once
      stage: "within_7_days",
      title: "{name}: the expiry date of the client secret is wrong",
      body: `${provider} has accepted the secret since that day. Enter the right date on the configuration's page, so that you are warned in time.`,
      waitMs: 0,
    };
  const credential = kind === "secret" ? "the client secret" : "the certificate";
  const effect =
    days < 0
      ? `If the date on the configuration's page is right, ${provider} accepts it no longer and nothing is read.`
      : "From then on nothing is read.";
  return {
    kind: "secret",
    configurationId: configuration.id,
    stage: stageOf[nearest],
    title: `{name}: ${credential} ${expiryText(days)}`,
    body: `${effect} Create a new one in ${provider}, then enter it with Replace on the configuration's page.`,
    waitMs: 0,
  };
}

function expiryText(days: number): string {
  if (days < 0) return "has expired";
  if (days === 0) return "expires today";
  return `expires in ${days === 1 ? "1 day" : `${days} days`}`;
}
