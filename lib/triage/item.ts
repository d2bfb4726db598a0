import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import type { FeedRow } from "#db/queries/triage/detections.ts";
import { getVendor } from "#lib/vendors/registry.ts";

/** A detection as lists and streams show it. Of two copies the one with the higher change number is the newer. */
export function itemOf(
  { cursorAt: _at, pendingChangeId: _change, ...row }: FeedRow,
  configuration: ConfigurationRow,
) {
  return {
    ...row,
    configurationName: configuration.displayName,
    provider: getVendor(configuration.vendor).manifest.provider,
    occurredAt: row.occurredAt.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
  };
}
export type FeedItem = ReturnType<typeof itemOf>;
