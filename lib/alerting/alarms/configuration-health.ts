import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { AlarmStage } from "#lib/domain/alarm.ts";
import type { Health, HealthWord } from "#lib/sources/configurations/health.ts";
import type { FoundAlarm } from "./found-alarm.ts";

/** a problem that is over sooner raises no alarm */
const degradedWaitMs = 15 * 60_000;

const stageOf: Partial<Record<HealthWord, AlarmStage>> = {
  Degraded: "degraded",
  "Action needed": "action_needed",
};

/** Returns the alarm of a configuration that is degraded or needs action, or null. */
export function healthAlarm(configuration: ConfigurationRow, health: Health, now: Date): FoundAlarm | null {
  const stage = stageOf[health.word];
  if (!stage) return null;
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
