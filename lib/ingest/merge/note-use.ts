import type { Transaction } from "#db/client.ts";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import { recordWebhookActivity, recordTokenUse } from "#db/queries/ingest/deliveries.ts";
import type { RoutedDelivery } from "./route.ts";

const latest = (one: Date | null, other: Date | null) =>
  one && other ? (one > other ? one : other) : (one ?? other);

/** Which configurations, by id, and which tokens a batch was heard from. */
type Use = {
  heard: Map<string, { alert: Date | null; heartbeat: Date | null }>;
  used: Map<string, { at: Date; heartbeat: Date | null }>;
};

/** What a batch says of configurations and tokens. */
export function useOf(placed: readonly RoutedDelivery[], configurations: readonly ConfigurationRow[]): Use {
  const heard: Use["heard"] = new Map();
  const used: Use["used"] = new Map();
  for (const { read, vendor, alerts } of placed) {
    const { receivedAt, tokenId, replayedBy } = read.row;
    // a replay says nothing of the way here
    if (replayedBy !== null) continue;
    const beat = read.reading.kind === "heartbeat" ? receivedAt : null;
    const token = used.get(tokenId) ?? { at: receivedAt, heartbeat: null };
    used.set(tokenId, {
      at: latest(token.at, receivedAt) ?? receivedAt,
      heartbeat: latest(token.heartbeat, beat),
    });
    const scopeId = read.reading.kind === "heartbeat" ? read.reading.scopeId : null;
    const owners = beat
      ? configurations.filter((one) => one.vendor === vendor.manifest.id && one.scopeId === scopeId)
      : alerts.flatMap(({ owner }) => (owner ? [owner] : []));
    for (const { id } of owners) {
      const before = heard.get(id) ?? { alert: null, heartbeat: null };
      heard.set(id, {
        alert: latest(before.alert, beat ? null : receivedAt),
        heartbeat: latest(before.heartbeat, beat),
      });
    }
  }
  return { heard, used };
}

/** Notes which configurations and which tokens were heard, once a batch. */
export async function recordUse(
  tx: Transaction,
  organisationId: string,
  { heard, used }: Use,
): Promise<void> {
  // in one order, whoever merges at the same time
  for (const [id, what] of [...heard].sort(([a], [b]) => (a < b ? -1 : 1)))
    await recordWebhookActivity(tx, organisationId, id, what);
  for (const [id, what] of [...used].sort(([a], [b]) => (a < b ? -1 : 1))) await recordTokenUse(tx, id, what);
}
