import type { Transaction } from "#db/client.ts";
import type { AlertKind } from "#db/queries/alerting/recent-notifications.ts";
import { listDetectionRows } from "#db/queries/triage/detections.ts";

/** A detection that isn't closed, with the data that decides whom it notifies. */
export type OpenDetection = Awaited<ReturnType<typeof listDetectionRows>>[number];

/** Returns the detections that are neither dismissed nor resolved, in the order of `ids`. */
export async function listOpenDetections(
  tx: Transaction,
  organisationId: string,
  ids: readonly string[],
): Promise<OpenDetection[]> {
  const rows = await listDetectionRows(tx, organisationId, ids);
  const byId = new Map(rows.map((row) => [row.detection.id, row]));
  return ids
    .flatMap((id) => byId.get(id) ?? [])
    .filter(({ detection: { status } }) => status !== "resolved" && status !== "dismissed");
}

/**
 * Returns the kind of alerts with which a detection is grouped: the alerts of the same type. A sample is grouped with
 * all samples of its configuration.
 */
export const alertKindOf = ({
  detection: { configurationId, alertType, isSample },
}: OpenDetection): AlertKind => ({
  configurationId,
  alertType: isSample ? null : alertType,
});
