import type { ApiConfiguration } from "#lib/schemas/api.ts";
import type { VisibleConfiguration } from "#lib/sources/configurations/list-visible.ts";

type Health = NonNullable<VisibleConfiguration["health"]>;

const healthAnswer = ({ state, code, reason, remedy }: Health) => ({ state, code, reason, remedy });

/** A configuration as the API tells it. */
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
