/**
 * The kinds of alarms: a configuration's health, an expiring secret or certificate, hours in which nobody who can be
 * reached is on call, or no worker that runs.
 */
export const alarmKinds = ["health", "secret", "on_call_coverage", "worker_silent"] as const;

/**
 * The stages of an alarm: how severe the problem is, or how soon it begins. Each new stage notifies the admins at once,
 * except for `degraded`, which only follows a worse stage.
 */
export const alarmStages = [
  "degraded",
  "action_needed",
  "within_30_days",
  "within_14_days",
  "within_7_days",
  "last_day",
  "uncovered",
  "stopped",
] as const;
export type AlarmStage = (typeof alarmStages)[number];
