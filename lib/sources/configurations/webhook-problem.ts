import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { WebhookHealthRow } from "#db/queries/ingest/webhook-health.ts";
import { heartbeatEveryMs, heartbeatsMissed } from "#lib/domain/forwarding.ts";
import type { Words } from "#lib/domain/vendor-words.ts";
import { knownForwardingRules } from "./forwarding-rules.ts";

export type WebhookProblem = { code: string; reason: string; remedy: string };

const lookAtRuns = ({ provider, forwarder, forwardingRule }: Words) =>
  `In ${provider}, look at the ${forwarder}'s runs and at the ${forwardingRule}. Look at Settings > Deliveries here, too.`;

/**
 * Returns the problem of a configuration's webhook. Returns null if there is none or if the webhook never brought
 * anything. `unknown` is the number of delivered alerts that the vendor doesn't know.
 */
export function webhookProblemOf(
  configuration: ConfigurationRow,
  health: WebhookHealthRow | undefined,
  unknown: number,
  now: Date,
  words: Words,
): WebhookProblem | null {
  const rules = knownForwardingRules(configuration)?.rules ?? [];
  if (health?.firstHeardAt && rules.length > 0 && rules.every(({ enabled }) => !enabled))
    return {
      code: "automation_disabled",
      reason: `Its ${words.forwardingRule} is disabled in ${words.provider}, so nothing comes by webhook. Alerts still come by poll.`,
      remedy: `Enable the ${words.forwardingRule} in the ${words.console}.`,
    };
  if (
    health?.lastHeartbeatAt &&
    now.getTime() - health.lastHeartbeatAt.getTime() > heartbeatsMissed * heartbeatEveryMs
  )
    return {
      code: "heartbeats_missed",
      reason: `The ${words.forwarder}'s heartbeat, due every 15 minutes, was last heard at ${minute(health.lastHeartbeatAt)}. Alerts still come by poll.`,
      remedy: lookAtRuns(words),
    };
  if (health?.firstHeardAt && health.missedCount > 0) {
    const found = health.missedCount === 1 ? "1 alert" : `${health.missedCount} alerts`;
    return {
      code: "webhook_silent",
      reason: health.lastAlertAt
        ? `The webhook was last heard at ${minute(health.lastAlertAt)}, and reads have since found ${found} that it should have brought.`
        : `The ${words.forwarder}'s heartbeat is heard, but no alert has ever come by webhook, and reads found ${found} that it should have brought.`,
      remedy: lookAtRuns(words),
    };
  }
  // last, so that someone who got hold of the URL can't hide the other problems
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
