import type { ApiConfiguration, apiHealthWords } from "#lib/schemas/api.ts";
import type { VisibleConfiguration } from "#lib/services/configurations/list-visible.ts";

const states: Record<VisibleConfiguration["health"]["word"], (typeof apiHealthWords)[number]> = {
  Healthy: "healthy",
  Degraded: "degraded",
  "Action needed": "action_needed",
  Disabled: "disabled",
  "Not proven yet": "not_proven",
};

/** A configuration as the API tells it. */
export function configurationAnswer(one: VisibleConfiguration): ApiConfiguration {
  const { word, code, reason, remedy } = one.health;
  return {
    id: one.id,
    name: one.displayName,
    vendor: one.vendor,
    provider: one.provider,
    subscriptionId: one.subscriptionId,
    isDisabled: one.isDisabled,
    health: { state: states[word], code, reason, remedy },
    pollIntervalSeconds: one.pollIntervalSeconds,
    lastGoodSyncAt: one.lastGoodSyncAt,
    lastAttemptAt: one.lastAttemptAt,
    nextSyncAt: one.nextSyncAt,
  };
}
