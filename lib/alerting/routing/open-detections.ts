import type { Transaction } from "#db/client.ts";
import type { AlertKind } from "#db/queries/alerting/recent-notifications.ts";
import { listDetectionRows } from "#db/queries/triage/detections.ts";

/** A detection that isn't closed, with the data that decides who is notified of it. */
export type OpenDetection = Awaited<ReturnType<typeof listDetectionRows>>[number];

/**
 * Returns those of the detections that aren't dismissed or resolved, in the order of `ids`. Nobody is notified of the others.
 */
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
 * Returns the kind of alerts with which a detection is grouped: alerts of the same type or, for a sample, all samples of the
 * configuration, because people need only one notification of samples.
 */
export const alertKindOf = ({
  detection: { configurationId, alertType, isSample },
}: OpenDetection): AlertKind => ({
  configurationId,
  alertType: isSample ? null : alertType,
});
