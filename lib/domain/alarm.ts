/**
 * What an alarm is about: how a configuration is, a secret or certificate that expires, or hours in which nobody who
 * can be reached is on call.
 */
export const alarmKinds = ["health", "secret", "on_call_coverage"] as const;

/** How bad or how near it is. A new stage is sent at once, except `degraded`, which can only follow a worse one. */
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
