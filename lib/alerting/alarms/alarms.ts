import type { ConfigurationRow, CredentialRow } from "#db/queries/sources/configurations.ts";
import { daysUntil, reminderDays } from "#lib/domain/expiry.ts";
import type { Health } from "#lib/sources/configurations/health.ts";
import type { AlarmDetail } from "#lib/domain/digest.ts";

/** What is wrong, and for how long it may be before anyone is told, in milliseconds. */
export type Alarm = { detail: AlarmDetail; waitMs: number };

/** the stage of what only people can mend */
export const needsAction = "Action needed";
/** what heals by itself in less is nobody's business */
const degradedWaitMs = 15 * 60_000;

const pathOf = ({ id }: ConfigurationRow) => `/settings/configurations/${id}`;

/** What is wrong with how alerts of a configuration come here; null while nothing is, or nobody wants them. */
export function healthAlarm(configuration: ConfigurationRow, health: Health, now: Date): Alarm | null {
  const { word } = health;
  if (word !== needsAction && word !== "Degraded") return null;
  const lastedMs = configuration.problemSince ? now.getTime() - configuration.problemSince.getTime() : 0;
  return {
    detail: {
      displayName: configuration.displayName,
      title: word === "Degraded" ? "{name} is degraded" : "{name} needs action",
      body: [health.reason, health.remedy].filter(Boolean).join(" "),
      path: pathOf(configuration),
      stage: word,
      isPosted: false,
    },
    waitMs: word === "Degraded" ? Math.max(0, degradedWaitMs - lastedMs) : 0,
  };
}

/**
 * What is to be said of a secret or certificate that ends: at 30, 14 and 7 days before, once each; from the last day on
 * again and again (`stage` "now"). Null while that is further off, or nobody said when.
 */
export function secretAlarm(
  configuration: ConfigurationRow,
  { kind, secretExpiresOn }: Pick<CredentialRow, "kind" | "secretExpiresOn">,
  now: Date,
): Alarm | null {
  if (configuration.disabledAt || !secretExpiresOn || kind === "public") return null;
  const days = daysUntil(secretExpiresOn, now);
  const stage = [...reminderDays].sort((a, b) => a - b).find((one) => days <= one);
  if (stage === undefined) return null;
  const what = kind === "secret" ? "the client secret" : "the certificate";
  const when =
    days < 0
      ? "has expired"
      : days === 0
        ? "expires today"
        : `expires in ${days === 1 ? "1 day" : `${days} days`}`;
  return {
    detail: {
      displayName: configuration.displayName,
      title: `{name}: ${what} ${when}`,
      body: `${days < 0 ? "Azure takes it no more, so nothing is read." : "From then on nothing is read."} Make a new one in Entra ID and put it in with Replace secret.`,
      path: pathOf(configuration),
      stage: stage <= 1 ? "now" : String(stage),
      isPosted: false,
    },
    waitMs: 0,
  };
}

/** What is said once when it is over. */
export const recoveryOf = (kind: string, was: AlarmDetail): AlarmDetail => ({
  ...was,
  title: kind === "secret" ? "{name} has a new secret" : "{name} is well again",
  body: kind === "secret" ? "Nothing more is to be done." : `It was: ${was.body}`,
});
