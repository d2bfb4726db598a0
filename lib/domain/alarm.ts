/**
 * The subject of an alarm: a configuration's health, an expiring secret or certificate, or hours in which nobody who can be
 * reached is on call.
 */
export const alarmKinds = ["health", "secret", "on_call_coverage"] as const;

/**
 * How severe the problem of an alarm is, or how close. The admins are notified of a new stage at once, except for `degraded`,
 * because it only follows a worse stage.
 */
export const alarmStages = [
  "degraded",
  "action_needed",
  "within_30_days",
  "within_14_days",
  "within_7_days",
  "last_day",
  "uncovered",
] as const;
export type AlarmStage = (typeof alarmStages)[number];
