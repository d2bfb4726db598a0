import type { Transaction } from "#db/client.ts";
import type { ConfigurationRow } from "#db/queries/sources/configurations.ts";
import { putSkippedAlerts } from "#db/queries/sources/configuration-health.ts";
import { gzipped } from "#db/queries/ingest/detection-writes.ts";
import type { Read } from "#db/queries/ingest/read-tickets.ts";
import { dedupeKeyInput } from "#lib/domain/dedupe-key.ts";
import type { NormalisedDetection } from "#lib/domain/detection.ts";
import { cleanJson, isTooDeep } from "#lib/domain/json.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { RawAlert, Vendor } from "#lib/vendors/contract.ts";
import type { Services } from "#lib/core/context.ts";
import { vendorOf } from "#lib/core/vendors.ts";
import { joined } from "./complete.ts";
import type { Observation } from "./observation.ts";
import { storeObservations } from "./store-observations.ts";

export type PollTally = { read: number; added: number; changed: number; skipped: number };

/**
 * Stores at most 200 alerts that a poll of one configuration found. Records unusable alerts as skipped. Returns how
 * many alerts were read, added, changed and skipped. Throws `StoreRaced` if another transaction inserts one of the
 * alerts at the same time.
 */
export async function observeAlerts(
  services: Services,
  tx: Transaction,
  configuration: ConfigurationRow,
  alerts: RawAlert[],
  read: Read,
): Promise<PollTally> {
  const { organisationId } = configuration;
  const observations = new Map<string, Observation>();
  const skipped: { bodyHash: Buffer; reason: string; body: string }[] = [];
  const vendor = vendorOf(services, configuration);
  for (const { value, text } of alerts) {
    const result = vendor.normalise(value);
    const reason = result.ok ? foreignReason(vendor, configuration, result.detection) : result.reason;
    if (!result.ok || reason) {
      const hashed = isTooDeep(value) ? cleanJson(value) : value;
      skipped.push({ bodyHash: sha256(vendor.fingerprint(hashed)), reason: reason ?? "", body: text });
      continue;
    }
    const { detection, leftOut = [], ref } = result;
    const identity = identityOf(configuration, detection);
    const contentHash = sha256(vendor.fingerprint(value));
    const raw = gzipped(text);
    const from = { how: "poll", read } as const;
    const observation: Observation = { identity, contentHash, raw, detection, leftOut, ref, from };
    const key = identity.toString("hex");
    const other = observations.get(key);
    observations.set(key, other ? joined(vendor, other, observation) : observation);
  }
  await putSkippedAlerts(tx, organisationId, configuration.id, uniqueByHash(skipped));
  const outcomes = [...(await storeObservations(services, tx, configuration, observations)).values()];
  return {
    read: alerts.length,
    added: outcomes.filter(({ outcome }) => outcome === "added").length,
    changed: outcomes.filter(({ outcome }) => outcome === "changed").length,
    skipped: skipped.length,
  };
}

/** Returns an alert's identity, which is the same whether a poll or the webhook brings the alert. */
export function identityOf(
  { organisationId, vendor, cloud }: Pick<ConfigurationRow, "organisationId" | "vendor" | "cloud">,
  { scopeId, vendorAlertId }: NormalisedDetection,
): Buffer {
  return sha256(dedupeKeyInput({ organisationId, vendor, cloud, scopeId, vendorAlertId }));
}

/** Returns why an alert of another scope is skipped. Returns null for an alert of the configuration's own scope. */
function foreignReason(
  { manifest }: Vendor,
  configuration: ConfigurationRow,
  detection: NormalisedDetection,
): string | null {
  if (detection.scopeId === configuration.scopeId) return null;
  const { scope } = manifest.words;
  return `The alert belongs to ${scope} ${detection.scopeId.slice(0, 60)}, not to this configuration's.`;
}

function uniqueByHash<T extends { bodyHash: Buffer }>(rows: T[]): T[] {
  return [...new Map(rows.map((row) => [row.bodyHash.toString("hex"), row])).values()];
}
