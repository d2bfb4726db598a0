import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { Health } from "#lib/sources/configurations/health.ts";
import type { FoundAlarm } from "./found-alarm.ts";

/** how long a configuration must be degraded before an alarm notifies anyone */
const degradedWaitMs = 15 * 60_000;

/** Returns the alarm of a configuration that is degraded or needs action; null for any other configuration. */
export function healthAlarm(configuration: ConfigurationRow, health: Health, now: Date): FoundAlarm | null {
  const { state: stage } = health;
  if (stage !== "degraded" && stage !== "action_needed") return null;
  const isDegraded = stage === "degraded";
  const { id, problemSince } = configuration;
  const lastedMs = problemSince ? now.getTime() - problemSince.getTime() : 0;
  return {
    kind: "health",
    configurationId: id,
    stage,
    title: isDegraded ? "{name} is degraded" : "{name} needs action",
    body: [health.reason, health.remedy].filter(Boolean).join(" "),
    waitMs: isDegraded ? Math.max(0, degradedWaitMs - lastedMs) : 0,
  };
}
