import { takeChanges, type Transaction } from "#db/client.ts";
import { insertEvents } from "#db/queries/ingest/detection-events.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";

/** A timeline event about unusual recipients. `minutes` is the time since the alert arrived. */
export type NotifiedEvent = { detectionId: string } & (
  | { kind: "nobody_notified" | "admins_notified" }
  | { kind: "everyone_notified" | "admins_notified_again"; minutes: number }
);

/** Inserts events into the timelines of their detections. */
export async function recordInTimelines(
  services: Services,
  tx: Transaction,
  organisationId: string,
  events: readonly NotifiedEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const firstChange = (await takeChanges(tx, organisationId, events.length)) - events.length + 1;
  for (const [index, event] of events.entries()) {
    const { detectionId, kind } = event;
    const detail: { [key: string]: number } = "minutes" in event ? { minutes: event.minutes } : {};
    const row = { id: newId(), kind, actor: "PocketSOC", source: "worker", detail, note: null } as const;
    await insertEvents(tx, organisationId, detectionId, services.now(), firstChange + index, [row]);
  }
}
