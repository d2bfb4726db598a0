import type { Transaction } from "#db/client.ts";
import type { AlertKind } from "#db/queries/alerting/recent-notifications.ts";
import { listDetectionRows } from "#db/queries/triage/detections.ts";

/** A detection that isn't closed, with its configuration. */
export type OpenDetection = Awaited<ReturnType<typeof listDetectionRows>>[number];

/** Those of these detections that are still open, in the order of `ids`. Nobody is notified of one that was closed meanwhile. */
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

/** Which alerts a detection is grouped with: those of its type, or any samples, since one notification for these is enough. */
export const alertKindOf = ({
  detection: { configurationId, alertType, isSample },
}: OpenDetection): AlertKind => ({
  configurationId,
  alertType: isSample ? null : alertType,
});
