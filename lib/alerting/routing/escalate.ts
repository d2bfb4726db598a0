import { inOrganisation, type Transaction } from "#db/client.ts";
import { type NotificationLease, removeNotificationLease } from "#db/queries/alerting/queue.ts";
import { getPolicy } from "#db/queries/alerting/policy.ts";
import { lockAlertKinds } from "#db/queries/alerting/recent.ts";
import { isAnyoneNotified, isNotifiedFor, lockLastNotified } from "#db/queries/alerting/recipients.ts";
import {
  type Escalation,
  fallbackRecipients,
  mustNotify,
  escalationRecipients,
} from "#lib/domain/recipients.ts";
import type { Services } from "#lib/core/context.ts";
import { queueOutgoing } from "../webhook/queue.ts";
import { planNotifications } from "./plan.ts";
import { kindOf, listFound, peopleFor, queueEscalations, recentOf, say } from "./open-detections.ts";
import { listTeamPeople } from "./team.ts";

/**
 * Tells more people of a High detection that nobody acknowledged and that is still open in its vendor: everyone who
 * may see it, and, when that didn't help either, the admins once more.
 */
export async function escalate(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: detectionId } = lease;
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    const [found] = await listFound(tx, organisationId, [detectionId]);
    if (!found) return;
    const { detection } = found;
    const { status, acknowledgedAt, pendingStatus, configurationId } = detection;
    if (acknowledgedAt || pendingStatus || (status !== "active" && status !== "unknown")) return;
    const isSecond = await isNotifiedFor(tx, organisationId, detectionId, "unacknowledged");
    const step: Escalation = isSecond ? "admins" : "unacknowledged";
    await queueOutgoing(services, tx, organisationId, { type: "detection.unacknowledged", detectionId });
    await lockAlertKinds(tx, organisationId, [kindOf(found)]);
    const people = await listTeamPeople(services, tx, organisationId);
    const told = escalationRecipients(step, peopleFor(people, configurationId));
    const claiming = await planNotifications(services, tx, organisationId);
    claiming.add(detection, told, await recentOf(services, tx, organisationId)(found, [step]));
    await claiming.write();
    // nobody may see it now: whoever may later finds it in the list
    if (told.length === 0) return;
    if (step === "unacknowledged") await queueEscalations(tx, organisationId, [detectionId]);
    if (told.every(({ way }) => way === "none")) return;
    const { escalateMinutes: minutes } = await getPolicy(tx, organisationId);
    const detail = { minutes: step === "admins" ? 2 * minutes : minutes };
    const kind = step === "admins" ? "admins_told_again" : "everyone_told";
    await say(services, tx, organisationId, [{ id: detectionId, kind, detail }]);
  });
}

/** of what was counted in one that came to nothing, so many are looked at */
export const countedLimit = 500;

/**
 * Where the last notification that might have reached someone came to nothing, tells the admins instead; and if they
 * can't be reached either, the timeline says so.
 */
export async function notifyAdminsInstead(
  services: Services,
  tx: Transaction,
  organisationId: string,
  detectionId: string,
): Promise<void> {
  // of two that fail at once each would take the other for one that may reach someone
  await lockLastNotified(tx, organisationId, detectionId);
  const [found] = await listFound(tx, organisationId, [detectionId]);
  if (!found || found.detection.isSample) return;
  const { severity, configurationId } = found.detection;
  const atOnce = mustNotify(severity);
  if (await isAnyoneNotified(tx, organisationId, detectionId, atOnce)) return;
  const people = peopleFor(await listTeamPeople(services, tx, organisationId), configurationId);
  const claiming = await planNotifications(services, tx, organisationId);
  claiming.add(found.detection, fallbackRecipients(severity, people, services.now()), []);
  await claiming.write();
  const reached = await isAnyoneNotified(tx, organisationId, detectionId, false);
  await say(services, tx, organisationId, [
    { id: detectionId, kind: reached ? "admins_told" : "nobody_told" },
  ]);
}
