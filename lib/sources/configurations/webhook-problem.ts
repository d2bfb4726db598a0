import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { WebhookHealthRow } from "#db/queries/ingest/webhook-health.ts";
import { heartbeatEveryMs, heartbeatsMissed } from "#lib/domain/forwarding.ts";
import type { VendorWords } from "#lib/domain/vendor-words.ts";
import { knownForwardingRules } from "./forwarding-rules.ts";

export type WebhookProblem = { code: string; reason: string; remedy: string };

const lookAt = ({ provider }: VendorWords) =>
  `Look at the Logic App's runs history and at the workflow automation in ${provider}, and at Settings > Deliveries here.`;

/** What is wrong with a configuration's webhook, in words; null while nothing is, or while none was ever heard. */
export function webhookProblemOf(
  configuration: ConfigurationRow,
  push: WebhookHealthRow | undefined,
  unknown: number,
  now: Date,
  words: VendorWords,
): WebhookProblem | null {
  const rules = knownForwardingRules(configuration)?.rules ?? [];
  if (push?.firstHeardAt && rules.length > 0 && rules.every((one) => !one.enabled))
    return {
      code: "automation_disabled",
      reason: `Its workflow automation is disabled in ${words.provider}, so nothing comes by webhook. Alerts still come by poll.`,
      remedy: `Enable the workflow automation in the ${words.console}.`,
    };
  if (
    push?.lastHeartbeatAt &&
    now.getTime() - push.lastHeartbeatAt.getTime() > heartbeatsMissed * heartbeatEveryMs
  )
    return {
      code: "heartbeats_missed",
      reason: `The Logic App's heartbeat, due every 15 minutes, was last heard at ${minute(push.lastHeartbeatAt)}. Alerts still come by poll.`,
      remedy: lookAt(words),
    };
  if (push?.firstHeardAt && push.missedCount > 0) {
    const found = push.missedCount === 1 ? "1 alert" : `${push.missedCount} alerts`;
    return {
      code: "webhook_silent",
      reason: push.lastAlertAt
        ? `The webhook was last heard at ${minute(push.lastAlertAt)}, and reads have since found ${found} that it should have brought.`
        : `The Logic App's heartbeat is heard, but no alert has ever come by webhook, and reads found ${found} that it should have brought.`,
      remedy: lookAt(words),
    };
  }
  // last, so that whoever got hold of the URL can't hide the others with it
  if (unknown > 0)
    return {
      code: "unknown_alerts",
      reason: `${unknown === 1 ? "1 alert" : `${unknown} alerts`} came by webhook within the last three days that ${words.provider} does not know.`,
      remedy:
        "Whoever has the webhook's URL can post to it. Look at Settings > Deliveries for where they came from; if you can't tell, rotate the URL under Settings > Webhook URLs.",
    };
  return null;
}

const minute = (at: Date) => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
