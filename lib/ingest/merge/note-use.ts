import type { Transaction } from "#db/client.ts";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import { recordWebhookActivity, recordTokenUse } from "#db/queries/ingest/deliveries.ts";
import type { RoutedDelivery } from "./route.ts";

const latest = (a: Date | null, b: Date | null) => (a && b ? (a > b ? a : b) : (a ?? b));

/** When each configuration and each webhook token was last used by a batch of deliveries. The keys are ids. */
type Use = {
  heard: Map<string, { alert: Date | null; heartbeat: Date | null }>;
  used: Map<string, { at: Date; heartbeat: Date | null }>;
};

/** Returns when a batch of deliveries last used each configuration and each webhook token. */
export function useOf(routed: readonly RoutedDelivery[], configurations: readonly ConfigurationRow[]): Use {
  const heard: Use["heard"] = new Map();
  const used: Use["used"] = new Map();
  for (const { read, vendor, alerts } of routed) {
    const { receivedAt, tokenId, replayedBy } = read.row;
    // a replay doesn't show that the webhook works
    if (replayedBy !== null) continue;
    const heartbeatAt = read.reading.kind === "heartbeat" ? receivedAt : null;
    const token = used.get(tokenId) ?? { at: receivedAt, heartbeat: null };
    used.set(tokenId, {
      at: latest(token.at, receivedAt) ?? receivedAt,
      heartbeat: latest(token.heartbeat, heartbeatAt),
    });
    const scopeId = read.reading.kind === "heartbeat" ? read.reading.scopeId : null;
    const owners = heartbeatAt
      ? configurations.filter(
          (configuration) => configuration.vendor === vendor.manifest.id && configuration.scopeId === scopeId,
        )
      : alerts.flatMap(({ owner }) => (owner ? [owner] : []));
    for (const { id } of owners) {
      const before = heard.get(id) ?? { alert: null, heartbeat: null };
      heard.set(id, {
        alert: latest(before.alert, heartbeatAt ? null : receivedAt),
        heartbeat: latest(before.heartbeat, heartbeatAt),
      });
    }
  }
  return { heard, used };
}

/** Records when a batch last used each configuration and each webhook token. Writes each row only once. */
export async function recordUse(
  tx: Transaction,
  organisationId: string,
  { heard, used }: Use,
): Promise<void> {
  // always in the same order, so that concurrent merges can't deadlock
  for (const [id, times] of [...heard].sort(([a], [b]) => (a < b ? -1 : 1)))
    await recordWebhookActivity(tx, organisationId, id, times);
  for (const [id, times] of [...used].sort(([a], [b]) => (a < b ? -1 : 1)))
    await recordTokenUse(tx, id, times);
}
