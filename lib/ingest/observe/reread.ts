import { gunzipSync } from "node:zlib";
import type { Transaction } from "#db/client.ts";
import { type updateDetections } from "#db/queries/ingest/detection-writes.ts";
import { listRawTexts } from "#db/queries/ingest/stored-detections.ts";
import type { Json } from "#lib/domain/detection.ts";
import { sha256 } from "#lib/platform/ids.ts";
import type { Vendor } from "#lib/vendors/contract.ts";

type Update = Parameters<typeof updateDetections>[2][number];

/**
 * Removes the timeline events of updates in which the alert is the same as before and only PocketSOC reads it differently, as
 * after an update of PocketSOC. A changed status is an event in any case.
 */
export async function dropRereadEvents(
  tx: Transaction,
  vendor: Vendor,
  organisationId: string,
  updates: readonly Update[],
): Promise<void> {
  const polled = updates.filter(
    ({ source, events }) =>
      source.contentHash !== undefined && events.some(({ kind }) => kind === "field_changed"),
  );
  const ids = polled.map(({ held }) => held.id);
  const texts = await listRawTexts(tx, organisationId, ids);
  for (const update of polled) {
    const text = texts.get(update.held.id);
    if (!text) continue;
    const before = JSON.parse(gunzipSync(text).toString("utf8")) as Json;
    if (update.source.contentHash?.equals(sha256(vendor.fingerprint(before))))
      update.events = update.events.filter(({ kind }) => kind !== "field_changed");
  }
}
