import type { ApiConfiguration, apiHealthWords } from "#lib/schemas/api.ts";
import type { VisibleConfiguration } from "#lib/sources/configurations/list-visible.ts";

type Health = NonNullable<VisibleConfiguration["health"]>;

const states: Record<Health["word"], (typeof apiHealthWords)[number]> = {
  Healthy: "healthy",
  Degraded: "degraded",
  "Action needed": "action_needed",
  Disabled: "disabled",
  "Not proven yet": "not_proven",
};

const healthAnswer = ({ word, code, reason, remedy }: Health) => ({
  state: states[word],
  code,
  reason,
  remedy,
});

/** A configuration in the API's words. */
export function configurationAnswer(one: VisibleConfiguration): ApiConfiguration {
  return {
    id: one.id,
    name: one.displayName,
    vendor: one.vendor,
    provider: one.provider,
    // the words of the first vendor, which this version of the API keeps for all
    authType: one.readAs === "person" ? "delegated" : "oauth",
    access: one.access,
    unconfirmedSince: one.unconfirmedSince,
    changesBlocked: one.writeBlock,
    scope: one.scope,
    subscriptionId: one.scope?.id ?? null,
    isDisabled: one.isDisabled,
    signIn: one.signIn,
    health: one.health && healthAnswer(one.health),
    pollIntervalSeconds: one.pollIntervalSeconds,
    lastGoodSyncAt: one.lastGoodSyncAt,
    lastAttemptAt: one.lastAttemptAt,
    nextSyncAt: one.nextSyncAt,
  };
}
