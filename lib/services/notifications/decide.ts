import { inOrganisation, takeChanges, type Transaction } from "#db/client.ts";
import { insertEvents } from "#db/queries/detection-writes.ts";
import { type DetectionFound, getDetectionRow } from "#db/queries/detections.ts";
import { getRules } from "#db/queries/notification-rules.ts";
import {
  type NotificationLease,
  queueNotifications,
  removeNotificationLease,
} from "#db/queries/notification-queue.ts";
import { insertNotifications, listTold, lockRang } from "#db/queries/notifications.ts";
import {
  addsNothing,
  type Escalation,
  foldsForMs,
  mustBeTold,
  type NotificationReason,
  type Told,
  whoIsTold,
  whoIsToldMore,
} from "#lib/domain/notification.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "../context.ts";
import { listReachable } from "./reachable.ts";

/**
 * Decides who is told of a new detection and claims a notification for each of their devices, in one transaction
 * with the end of the lease: after a crash it is decided again, and nobody is claimed twice. A High one that nobody
 * wishes to be told of goes to the admins, and where nobody can be reached the timeline says so.
 */
export async function decideWhoIsTold(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: detectionId } = lease;
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    const found = await getDetectionRow(tx, organisationId, detectionId);
    if (!found) return;
    const { severity } = found.detection;
    const people = await listReachable(services, tx, organisationId, found.configuration.id);
    const told = whoIsTold(severity, people);
    await tell(services, tx, lease, told, await listFolding(services, tx, found, ["raised", "fallback"]));
    if (!mustBeTold(severity)) return;
    // also where nobody was told: somebody may be reachable by then
    await queueNotifications(
      tx,
      organisationId,
      "escalation",
      [detectionId],
      newId,
      await escalatesInMs(tx, organisationId),
    );
    if (told.length === 0) await say(services, tx, lease, "nobody_told");
    else if (told.some((one) => one.reason === "fallback")) await say(services, tx, lease, "admins_told");
  });
}

/**
 * Tells more people of a High detection that nobody acknowledged and that is still open in its vendor: everyone who
 * may see it, and, when that didn't help either, the admins once more.
 */
export async function escalate(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: detectionId } = lease;
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    const found = await getDetectionRow(tx, organisationId, detectionId);
    if (!found) return;
    const { status, acknowledgedAt, pendingStatus } = found.detection;
    if (acknowledgedAt || pendingStatus || (status !== "active" && status !== "unknown")) return;
    const before = await listTold(tx, organisationId, detectionId);
    const step: Escalation = before.some((one) => one.reason === "unacknowledged")
      ? "admins"
      : "unacknowledged";
    const people = await listReachable(services, tx, organisationId, found.configuration.id);
    const told = whoIsToldMore(step, people);
    await tell(services, tx, lease, told, await listFolding(services, tx, found, [step]));
    if (told.length === 0) return;
    const { escalateMinutes: minutes } = await getRules(tx, organisationId);
    const waited = { minutes: step === "admins" ? 2 * minutes : minutes };
    await say(services, tx, lease, step === "admins" ? "admins_told_again" : "everyone_told", waited);
    if (step === "unacknowledged")
      await queueNotifications(tx, organisationId, "escalation", [detectionId], newId, minutes * 60_000);
  });
}

type Rang = Awaited<ReturnType<typeof lockRang>>[number];

/** What rang within the last minute, by device, that a detection adds nothing to. */
async function listFolding(
  services: Services,
  tx: Transaction,
  { detection, configuration }: Pick<DetectionFound, "detection" | "configuration">,
  reasons: readonly NotificationReason[],
): Promise<Map<string, Rang>> {
  const since = new Date(services.now().getTime() - foldsForMs);
  const { organisationId, alertType } = detection;
  const rang = await lockRang(tx, organisationId, {
    configurationId: configuration.id,
    alertType,
    since,
    reasons,
  });
  // of several the oldest, whose minute ends first
  return new Map(rang.filter((one) => addsNothing(detection, one)).map((one) => [one.deviceId, one]));
}

/**
 * Claims what is to be sent and queues it. On a device that rang for its like within the last minute it is counted in
 * that notification, which says how many there were once the minute is over.
 */
async function tell(
  services: Services,
  tx: Transaction,
  { organisationId, subjectId: detectionId }: NotificationLease,
  told: readonly Told[],
  folding: ReadonlyMap<string, Rang>,
): Promise<void> {
  const queuedAt = services.now();
  const rows = told.map((one) => {
    const first = folding.get(one.deviceId);
    const state = first ? ("folded" as const) : ("queued" as const);
    return { ...one, id: newId(), detectionId, queuedAt, state, foldedInto: first?.id ?? null };
  });
  const ids = new Set(await insertNotifications(tx, organisationId, rows));
  const ringing = rows.filter(({ id, state }) => state === "queued" && ids.has(id)).map(({ id }) => id);
  await queueNotifications(tx, organisationId, "notification", ringing, newId);
  for (const first of new Map(
    rows.flatMap((row) => folding.get(row.deviceId) ?? []).map((one) => [one.id, one]),
  ).values()) {
    const leftMs = first.queuedAt.getTime() + foldsForMs - queuedAt.getTime();
    await queueNotifications(tx, organisationId, "fold", [first.id], newId, Math.max(1, leftMs));
  }
}

const escalatesInMs = async (tx: Transaction, organisationId: string) =>
  (await getRules(tx, organisationId)).escalateMinutes * 60_000;

/** Says in the timeline what was unusual about who was told. */
async function say(
  services: Services,
  tx: Transaction,
  { organisationId, subjectId: detectionId }: NotificationLease,
  kind: string,
  detail: { minutes?: number } = {},
): Promise<void> {
  const sequence = await takeChanges(tx, organisationId, 1);
  const event = { id: newId(), kind, actor: "PocketSOC", source: "worker", detail, note: null } as const;
  await insertEvents(tx, organisationId, detectionId, services.now(), sequence, [event]);
}
