import { inOrganisation, type Transaction } from "#db/client.ts";
import { type NotificationLease, removeNotificationLease } from "#db/queries/notification-queue.ts";
import { getRules } from "#db/queries/notification-rules.ts";
import { lockRangKinds } from "#db/queries/notification-rings.ts";
import { isAnyoneTold, isClaimedFor, lockLastTold } from "#db/queries/notifications-told.ts";
import { type Escalation, fallBack, mustBeTold, whoIsToldMore } from "#lib/domain/audience.ts";
import type { Services } from "../context.ts";
import { queueOutgoing } from "../outgoing-webhook/queue.ts";
import { startClaiming } from "./claim.ts";
import { kindOf, listFound, peopleFor, queueEscalations, rangOf, say } from "./found.ts";
import { listTeamPeople } from "./people.ts";

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
    const isSecond = await isClaimedFor(tx, organisationId, detectionId, "unacknowledged");
    const step: Escalation = isSecond ? "admins" : "unacknowledged";
    await queueOutgoing(services, tx, organisationId, { type: "detection.unacknowledged", detectionId });
    await lockRangKinds(tx, organisationId, [kindOf(found)]);
    const people = await listTeamPeople(services, tx, organisationId);
    const told = whoIsToldMore(step, peopleFor(people, configurationId));
    const claiming = await startClaiming(services, tx, organisationId);
    claiming.add(detection, told, await rangOf(services, tx, organisationId)(found, [step]));
    await claiming.write();
    // nobody may see it now: whoever may later finds it in the list
    if (told.length === 0) return;
    if (step === "unacknowledged") await queueEscalations(tx, organisationId, [detectionId]);
    if (told.every(({ way }) => way === "none")) return;
    const { escalateMinutes: minutes } = await getRules(tx, organisationId);
    const detail = { minutes: step === "admins" ? 2 * minutes : minutes };
    const kind = step === "admins" ? "admins_told_again" : "everyone_told";
    await say(services, tx, organisationId, [{ id: detectionId, kind, detail }]);
  });
}

/** of what was counted in one that came to nothing, so many are looked at */
export const countedMost = 500;

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
  // of two that fail at once each would take the other for one that may reach someone
  await lockLastTold(tx, organisationId, detectionId);
  const [found] = await listFound(tx, organisationId, [detectionId]);
  if (!found || found.detection.isSample) return;
  const { severity, configurationId } = found.detection;
  const atOnce = mustBeTold(severity);
  if (await isAnyoneTold(tx, organisationId, detectionId, atOnce)) return;
  const people = peopleFor(await listTeamPeople(services, tx, organisationId), configurationId);
  const claiming = await startClaiming(services, tx, organisationId);
  claiming.add(found.detection, fallBack(severity, people, services.now()), []);
  await claiming.write();
  const reached = await isAnyoneTold(tx, organisationId, detectionId, false);
  await say(services, tx, organisationId, [
    { id: detectionId, kind: reached ? "admins_told" : "nobody_told" },
  ]);
}
