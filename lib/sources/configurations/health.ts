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

/** Failures that pass by themselves leave it degraded until they have lasted this long. */
const patienceMs = 30 * 60_000;

/**
 * What is kept of a problem. Only the vendor's own trouble is waited for: a credential that is refused needs someone, though
 * it is tried again.
 */
export const keptProblem = ({ code, message, remedy, passes, concerns }: VendorProblem) => ({
  code,
  message,
  remedy,
  passes: passes && concerns === "vendor",
});

/** A configuration's health with the reason; never healthy before a poll proved it. */
export function healthOf(
  configuration: ConfigurationRow,
  now: Date,
  push: WebhookProblem | undefined,
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
  if (push) return { state: "degraded", ...push };
  return { state: "healthy", reason: null, remedy: null, code: null };
}
