import type { ApiConfiguration } from "#lib/schemas/api.ts";
import type { VisibleConfiguration } from "#lib/sources/configurations/list-visible.ts";

type Health = NonNullable<VisibleConfiguration["health"]>;

const healthAnswer = ({ state, code, reason, remedy }: Health) => ({ state, code, reason, remedy });

/** Converts a configuration to the format of the HTTP API. */
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
    environment: configuration.environment,
    notifyAbout: configuration.notifyAbout,
    isDisabled: configuration.isDisabled,
    signIn: configuration.signIn,
    health: configuration.health && healthAnswer(configuration.health),
    pollIntervalSeconds: configuration.pollIntervalSeconds,
    lastGoodSyncAt: configuration.lastGoodSyncAt,
    lastAttemptAt: configuration.lastAttemptAt,
    nextSyncAt: configuration.nextSyncAt,
  };
}
