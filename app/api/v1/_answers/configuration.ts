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
export function configurationAnswer(configuration: VisibleConfiguration): ApiConfiguration {
  return {
    id: configuration.id,
    name: configuration.displayName,
    vendor: configuration.vendor,
    provider: configuration.provider,
    // the words of the first vendor, which this version of the API keeps for all
    authType: configuration.readAs === "person" ? "delegated" : "oauth",
    access: configuration.access,
    unconfirmedSince: configuration.unconfirmedSince,
    changesBlocked: configuration.writeBlock,
    scope: configuration.scope,
    subscriptionId: configuration.scope?.id ?? null,
    isDisabled: configuration.isDisabled,
    signIn: configuration.signIn,
    health: configuration.health && healthAnswer(configuration.health),
    pollIntervalSeconds: configuration.pollIntervalSeconds,
    lastGoodSyncAt: configuration.lastGoodSyncAt,
    lastAttemptAt: configuration.lastAttemptAt,
    nextSyncAt: configuration.nextSyncAt,
  };
}
