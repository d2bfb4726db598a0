import { inOrganisation, takeChanges, type Transaction } from "#db/client.ts";
import { insertEvents } from "#db/queries/detection-writes.ts";
import { type DetectionFound, getDetectionRow } from "#db/queries/detections.ts";
import { getRules } from "#db/queries/notification-rules.ts";
import {
  type NotificationLease,
  queueNotifications,
  removeNotificationLease,
} from "#db/queries/notification-queue.ts";
import { isAnyoneTold, isClaimedFor, listRangOn, lockRang } from "#db/queries/notifications.ts";
import { listSamplesAskedBy } from "#db/queries/pipe-tests.ts";
import {
  type Escalation,
  fallBack,
  mustBeTold,
  type Person,
  whoIsTold,
  whoIsToldMore,
} from "#lib/domain/audience.ts";
import {
  addsNothing,
  foldsForMs,
  incidentLooksBackMs,
  type NotificationReason,
  samplesRingForMs,
} from "#lib/domain/notification.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "../context.ts";
import { queueOutgoing } from "../outgoing-webhook/queue.ts";
import { claim, type Rang } from "./claim.ts";
import { listPeople } from "./people.ts";

/**
 * Decides who is told of a new detection and claims a notification for each of their devices, in one transaction
 * with the end of the lease: after a crash it is decided again, and nobody is claimed twice. What reaches nobody who
 * should be told goes to the admins, and where nobody can be reached the timeline says so.
 */
export async function decideWhoIsTold(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: detectionId } = lease;
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    const found = await getDetectionRow(tx, organisationId, detectionId);
    if (!found) return;
    const { severity, isSample, isIncident, status } = found.detection;
    // somebody was quicker than the worker
    if (status === "resolved" || status === "dismissed") return;
    const subject = { severity, configurationId: found.configuration.id };
    const people = await listPeople(services, tx, organisationId, subject.configurationId);
    if (isSample) return tellWhoAsked(services, tx, found, people);
    await queueOutgoing(services, tx, organisationId, { type: "detection.raised", detectionId });
    const folding = await listFolding(services, tx, found, ["raised", "fallback"]);
    const members = isIncident ? await listRangMembers(services, tx, found.detection) : null;
    for (const [deviceId, rang] of members ?? []) folding.set(deviceId, rang);
    const told = whoIsTold(subject, people, services.now());
    await claim(services, tx, organisationId, detectionId, told, folding);
    if (mustBeTold(severity)) await queueEscalation(tx, organisationId, detectionId);
    if (told.every(({ way }) => way === "none") && (told.length > 0 || mustBeTold(severity)))
      await say(services, tx, found.detection, "nobody_told");
    else if (told.some((one) => one.reason === "fallback"))
      await say(services, tx, found.detection, "admins_told");
  });
}

/** A sample rings for the person who asked for it, if they may see it, and for nobody else. */
async function tellWhoAsked(
  services: Services,
  tx: Transaction,
  found: DetectionFound,
  people: readonly Person[],
): Promise<void> {
  const { organisationId, id } = found.detection;
  const since = new Date(services.now().getTime() - samplesRingForMs);
  const asked = await listSamplesAskedBy(tx, organisationId, found.configuration.id, since);
  const told = people
    .filter((one) => one.mayRead && asked.includes(one.userId))
    .flatMap(({ userId, deviceIds }) =>
      deviceIds.map((deviceId) => ({ userId, reason: "sample", way: "push", deviceId }) as const),
    );
  await claim(services, tx, organisationId, id, told, await listFolding(services, tx, found, ["sample"]));
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
    const isSecond = await isClaimedFor(tx, organisationId, detectionId, "unacknowledged");
    const step: Escalation = isSecond ? "admins" : "unacknowledged";
    await queueOutgoing(services, tx, organisationId, { type: "detection.unacknowledged", detectionId });
    const people = await listPeople(services, tx, organisationId, found.configuration.id);
    const told = whoIsToldMore(step, people);
    const folding = await listFolding(services, tx, found, [step]);
    await claim(services, tx, organisationId, detectionId, told, folding);
    if (step === "unacknowledged") await queueEscalation(tx, organisationId, detectionId);
    if (told.every(({ way }) => way === "none")) return;
    const { escalateMinutes: minutes } = await getRules(tx, organisationId);
    const waited = { minutes: step === "admins" ? 2 * minutes : minutes };
    const kind = step === "admins" ? "admins_told_again" : "everyone_told";
    await say(services, tx, found.detection, kind, waited);
  });
}

/**
 * Where the last notification that might have reached someone came to nothing, tells the admins instead; and if they
 * can't be reached either, the timeline says so.
 */
export async function tellAdminsInstead(
  services: Services,
  tx: Transaction,
  organisationId: string,
  detectionId: string,
): Promise<void> {
  if (await isAnyoneTold(tx, organisationId, detectionId)) return;
  const found = await getDetectionRow(tx, organisationId, detectionId);
  if (!found || found.detection.isSample) return;
  const people = await listPeople(services, tx, organisationId, found.configuration.id);
  const told = fallBack(found.detection.severity, people, services.now());
  await claim(services, tx, organisationId, detectionId, told, new Map());
  const reached = await isAnyoneTold(tx, organisationId, detectionId);
  await say(services, tx, found.detection, reached ? "admins_told" : "nobody_told");
}

/** What rang within the day, by device, of alerts on the same resource that an incident adds no severity to: its members. */
async function listRangMembers(
  services: Services,
  tx: Transaction,
  detection: DetectionFound["detection"],
): Promise<Map<string, Rang>> {
  // what names no resource, or no severity that we know, may be about anything
  if (detection.resourceName === "" || detection.severity === "unknown") return new Map();
  const since = new Date(services.now().getTime() - incidentLooksBackMs);
  const rang = await listRangOn(tx, detection.organisationId, detection, since);
  return new Map(rang.map((one) => [one.deviceId, one]));
}

/** What rang within the last minute, by device, that a detection adds nothing to. */
async function listFolding(
  services: Services,
  tx: Transaction,
  { detection, configuration }: Pick<DetectionFound, "detection" | "configuration">,
  reasons: readonly NotificationReason[],
): Promise<Map<string, Rang>> {
  const since = new Date(services.now().getTime() - foldsForMs);
  const { organisationId, alertType, isSample } = detection;
  const rang = await lockRang(tx, organisationId, {
    configurationId: configuration.id,
    // samples are of all types at once, and one is enough
    alertType: isSample ? null : alertType,
    since,
    reasons,
  });
  // of several the oldest, whose minute ends first
  return new Map(
    rang.filter((one) => isSample || addsNothing(detection, one)).map((one) => [one.deviceId, one]),
  );
}

/** Has it looked at again after the organisation's minutes; also where nobody was told: somebody may be reachable by then. */
async function queueEscalation(tx: Transaction, organisationId: string, detectionId: string): Promise<void> {
  const { escalateMinutes } = await getRules(tx, organisationId);
  await queueNotifications(tx, organisationId, "escalation", [detectionId], newId, escalateMinutes * 60_000);
}

/** Says in the timeline what was unusual about who was told. */
async function say(
  services: Services,
  tx: Transaction,
  { organisationId, id }: DetectionFound["detection"],
  kind: string,
  detail: { minutes?: number } = {},
): Promise<void> {
  const sequence = await takeChanges(tx, organisationId, 1);
  const event = { id: newId(), kind, actor: "PocketSOC", source: "worker", detail, note: null } as const;
  await insertEvents(tx, organisationId, id, services.now(), sequence, [event]);
}
