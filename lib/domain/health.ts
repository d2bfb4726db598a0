/** The states of a configuration's health. `not_proven`: no poll has succeeded yet. */
export const healthStates = ["healthy", "degraded", "action_needed", "disabled", "not_proven"] as const;
export type HealthState = (typeof healthStates)[number];

export const healthLabel: Record<HealthState, string> = {
  healthy: "Healthy",
  degraded: "Degraded",
  action_needed: "Action needed",
  disabled: "Disabled",
  not_proven: "Not proven yet",
};
