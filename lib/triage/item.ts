import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { Services } from "#lib/core/context.ts";
import { vendorOf } from "#lib/core/vendors.ts";
import type { FeedRow } from "#db/queries/triage/feed.ts";

/**
 * Returns a detection in the form that lists and streams show. Of two items for the same detection, the higher
 * `changeSequence` is newer.
 */
export function itemOf(
  services: Services,
  {
    cursorAt: _at,
    pendingChangeId: _change,
    severityRank: _rank,
    ownerName,
    silentOwnerName,
    ownedSince,
    ...row
  }: FeedRow,
  configuration: ConfigurationRow,
) {
  return {
    ...row,
    configurationName: configuration.displayName,
    vendor: configuration.vendor,
    provider: vendorOf(services, configuration).manifest.words.provider,
    occurredAt: row.occurredAt.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    acknowledgedBy: ownerName,
    silentOwner: silentOwnerName,
    acknowledgedAt: ownedSince?.toISOString() ?? null,
  };
}
export type FeedItem = ReturnType<typeof itemOf>;
