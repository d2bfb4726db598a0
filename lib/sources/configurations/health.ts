import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { HealthState } from "#lib/domain/health.ts";
import type { VendorProblem } from "#lib/vendors/problem.ts";
import type { WebhookProblem } from "./webhook-problem.ts";

export type Health = {
  state: HealthState;
  reason: string | null;
  remedy: string | null;
  code: string | null;
};

/** how long a temporary failure counts as degraded before it counts as action_needed */
const patienceMs = 30 * 60_000;

/**
 * Converts a problem to the form in which a configuration stores it. Only a problem of the vendor itself may be
 * temporary.
 */
export const keptProblem = ({ code, message, remedy, passes, concerns }: VendorProblem) => ({
  code,
  message,
  remedy,
  passes: passes && concerns === "vendor",
});

/**
 * Returns a configuration's health: a state, a reason and a remedy. The state is never `healthy` before the first good
 * poll.
 */
export function healthOf(
  configuration: ConfigurationRow,
  now: Date,
  webhookProblem: WebhookProblem | undefined,
): Health {
  const { problemCode: code, problemMessage: reason, problemRemedy: remedy } = configuration;
  if (configuration.disabledAt) return { state: "disabled", reason, remedy, code };
  if (code) {
    const lastedMs = now.getTime() - (configuration.problemSince?.getTime() ?? now.getTime());
    const state = configuration.problemPasses && lastedMs < patienceMs ? "degraded" : "action_needed";
    return { state, reason, remedy, code };
  }
  if (!configuration.lastGoodSyncAt) {
    return { state: "not_proven", reason: "The first read hasn't finished.", remedy: null, code: null };
  }
  const silentMs = now.getTime() - configuration.lastGoodSyncAt.getTime();
  if (silentMs > Math.max(5 * 60_000, configuration.pollIntervalSeconds * 5_000)) {
    return {
      state: "degraded",
      reason: "It has not been read for longer than planned, and no error was reported.",
      remedy: "See that PocketSOC's worker is running.",
      code: "late",
    };
  }
  if (webhookProblem) return { state: "degraded", ...webhookProblem };
  return { state: "healthy", reason: null, remedy: null, code: null };
}
