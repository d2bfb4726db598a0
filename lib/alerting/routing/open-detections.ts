import type { Transaction } from "#db/client.ts";
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
 * Whether somebody has acknowledged a detection or changed its status, so that nobody else needs to be told. One that was
 * released needs somebody at once, not only when the vendor has made it Active.
 */
export const isTakenCareOf = ({ detection: { status, pendingStatus, ownedSince } }: OpenDetection): boolean =>
  ownedSince !== null || (status !== "active" && status !== "unknown" && pendingStatus !== "active");

/** Whether a status change is under way that takes care of a detection if it isn't undone or refused. */
export const isBeingTakenCareOf = ({ detection: { pendingStatus } }: OpenDetection): boolean =>
  pendingStatus !== null && pendingStatus !== "active";
