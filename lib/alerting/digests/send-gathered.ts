import type { Transaction } from "#db/client.ts";
import { type DigestRow, endDigest } from "#db/queries/alerting/digests.ts";
import {
  deleteNotifications,
  type GatheredAlert,
  listGathered,
  leaveOut,
  listToldSingly,
} from "#db/queries/alerting/gathered.ts";
import { insertNotifications } from "#db/queries/alerting/notifications.ts";
import { holdDetections } from "#db/queries/ingest/hold-detections.ts";
import { gatherMs } from "#lib/domain/grouping.ts";
import type { Services } from "#lib/core/context.ts";
import { newId } from "#lib/platform/ids.ts";
import { fallBackToAdmins } from "../routing/fallback.ts";
import { listPeople, type TeamPerson } from "../routing/list-people.ts";
import { notifyPeople } from "../routing/notify-people.ts";
import { isTakenCareOf, listOpenDetections } from "../routing/open-detections.ts";

const takenOn = "Somebody had taken it on, or it was closed, before the message was sent.";
const notTheirs = "They may not see it any more.";

type Alert = Omit<GatheredAlert, "id">;

/**
 * Sends a person one message about the alerts that were gathered for them, and about the alert before these if it still waits
 * for somebody. Leaves out what is closed, what somebody has taken on, and what the person may not see any more. If nothing is
 * left, sends nothing. Alerts that don't reach the person, and nobody else, go to the admins.
 */
export async function sendGathered(services: Services, tx: Transaction, digest: DigestRow): Promise<void> {
  const { organisationId, id } = digest;
  const people = await listPeople(services, tx, organisationId);
  const person = people.find(({ userId }) => userId === digest.userId);
  const gathered = await listGathered(tx, organisationId, id);
  const before = await listBefore(tx, digest);
  const ids = [...gathered, ...before].map(({ detectionId }) => detectionId);
  await holdDetections(tx, organisationId, ids);
  const waiting = new Map(
    (await listOpenDetections(tx, organisationId, ids))
      .filter((open) => !isTakenCareOf(open))
      .map(({ detection }) => [detection.id, detection]),
  );
  const isSaid = ({ detectionId }: Alert) => {
    const detection = waiting.get(detectionId);
    return detection !== undefined && person?.readableIds.includes(detection.configurationId) === true;
  };
  const said = gathered.filter(isSaid);
  const leftOut = gathered.filter((alert) => !isSaid(alert));
  for (const [isWaiting, alerts] of Map.groupBy(leftOut, ({ detectionId }) => waiting.has(detectionId)))
    await leaveOut(
      tx,
      organisationId,
      alerts.map((alert) => alert.id),
      isWaiting ? notTheirs : takenOn,
    );
  const isSent =
    person !== undefined && said.length > 0
      ? await sendTo(services, tx, digest, person, said, before.filter(isSaid))
      : false;
  await endDigest(tx, organisationId, id, services.now());
  const unsaid = [...leftOut, ...(isSent ? [] : said)].map(({ detectionId }) => detectionId);
  await fallBackToAdmins(
    services,
    tx,
    organisationId,
    unsaid.filter((unsaidId) => waiting.has(unsaidId)),
  );
}

/** Lists the alerts of which the person was notified singly within the minute before the digest was opened. */
function listBefore(tx: Transaction, { organisationId, kind, userId, createdAt }: DigestRow) {
  if (!userId) throw new Error("a digest of gathered alerts has no person");
  const from = new Date(createdAt.getTime() - gatherMs);
  return listToldSingly(tx, organisationId, {
    userId,
    isHigh: kind === "gathered_high",
    from,
    until: createdAt,
  });
}

/** Sends the message. An alert that is alone gets a message of its own. Returns false if the person can't be reached. */
async function sendTo(
  services: Services,
  tx: Transaction,
  { organisationId, id: digestId, kind }: DigestRow,
  person: TeamPerson,
  said: readonly GatheredAlert[],
  before: readonly Alert[],
): Promise<boolean> {
  const [first] = said;
  if (!first) return false;
  const known = new Set(said.map(({ detectionId }) => detectionId));
  const again = before.filter(({ detectionId }) => !known.has(detectionId));
  if (said.length + again.length === 1) {
    const { id, ...alert } = first;
    const message = { organisationId, ...alert };
    const isSent = (await notifyPeople(services, tx, message, [person])) > 0;
    // the message of its own stands for it now
    if (isSent) await deleteNotifications(tx, organisationId, [id]);
    return isSent;
  }
  const reason = kind === "gathered_high" ? kind : "gathered_lower";
  if ((await notifyPeople(services, tx, { organisationId, digestId, reason }, [person])) === 0) return false;
  const row = { userId: person.userId, digestId, queuedAt: services.now(), state: "gathered" as const };
  await insertNotifications(
    tx,
    organisationId,
    again.map((alert) => ({ ...alert, ...row, id: newId(), deviceId: null })),
  );
  return true;
}
