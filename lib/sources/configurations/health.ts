import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { VendorProblem } from "#lib/vendors/problem.ts";
import type { WebhookProblem } from "./webhook-problem.ts";

export type HealthWord = "Healthy" | "Degraded" | "Action needed" | "Disabled" | "Not proven yet";
export type Health = { word: HealthWord; reason: string | null; remedy: string | null; code: string | null };

/** a failure that can pass by itself counts as Degraded for this long, then as Action needed */
const patienceMs = 30 * 60_000;

/**
 * A problem as it is stored with a configuration. Only the vendor's own trouble counts as passing: a refused credential needs a
 * person, although polls go on trying it.
 */
export const keptProblem = ({ code, message, remedy, passes, concerns }: VendorProblem) => ({
  code,
  message,
  remedy,
  passes: passes && concerns === "vendor",
});

/** A configuration's health: a word with its reason and remedy. It is never Healthy before the first good poll. */
export function healthOf(
  configuration: ConfigurationRow,
  now: Date,
  webhookProblem: WebhookProblem | undefined,
): Health {
  const { problemCode: code, problemMessage: reason, problemRemedy: remedy } = configuration;
  if (configuration.disabledAt) return { word: "Disabled", reason, remedy, code };
  if (code) {
    const lastedMs = now.getTime() - (configuration.problemSince?.getTime() ?? now.getTime());
    const word = configuration.problemPasses && lastedMs < patienceMs ? "Degraded" : "Action needed";
    return { word, reason, remedy, code };
  }
  if (!configuration.lastGoodSyncAt) {
    return { word: "Not proven yet", reason: "The first read hasn't finished.", remedy: null, code: null };
  }
  const silentMs = now.getTime() - configuration.lastGoodSyncAt.getTime();
  if (silentMs > Math.max(5 * 60_000, configuration.pollIntervalSeconds * 5_000)) {
    return {
      word: "Degraded",
      reason: "It has not been read for longer than planned, and no error was reported.",
      remedy: "See that PocketSOC's worker is running.",
      code: "late",
    };
  }
  if (webhookProblem) return { word: "Degraded", ...webhookProblem };
  return { word: "Healthy", reason: null, remedy: null, code: null };
}
