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

/** Returns a list with only the greatest age, or an empty one. An age of null, for "never", is the greatest. */
export function oldestAge(ages: readonly (number | null)[]): (number | null)[] {
  if (ages.length === 0) return [];
  return [ages.includes(null) ? null : Math.max(...ages.map(Number))];
}
