import type { Transaction } from "#db/client.ts";
import type { AlertKind } from "#db/queries/alerting/recent-notifications.ts";
import { listDetectionRows } from "#db/queries/triage/detections.ts";

/** A detection that isn't closed, with its configuration. */
export type OpenDetection = Awaited<ReturnType<typeof listDetectionRows>>[number];

/** Returns those of the detections that are still open, in the order of `ids`. Nobody is notified of a closed one. */
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

/** Returns the kind of alerts that a detection is grouped with: those of its type. For a sample it is all samples, which need only one notification. */
export const alertKindOf = ({
  detection: { configurationId, alertType, isSample },
}: OpenDetection): AlertKind => ({
  configurationId,
  alertType: isSample ? null : alertType,
});
