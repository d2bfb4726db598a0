import type { Transaction } from "#db/client.ts";
import { type DigestRow, endDigest } from "#db/queries/alerting/digests.ts";
import {
  deleteNotifications,
  type GatheredAlert,
  leaveOut,
  listGathered,
  listToldSingly,
  regroup,
} from "#db/queries/alerting/gathered.ts";
import { insertNotifications } from "#db/queries/alerting/notifications.ts";
import { holdDetections } from "#db/queries/ingest/hold-detections.ts";
import { gatherMs } from "#lib/domain/grouping.ts";
import { mustNotify } from "#lib/domain/recipients.ts";
import type { Services } from "#lib/core/context.ts";
import { newId } from "#lib/platform/ids.ts";
import { fallBackToAdmins } from "../routing/fallback.ts";
import { listPeople, type TeamPerson } from "../routing/list-people.ts";
import { notifyPeople } from "../routing/notify-people.ts";
import { listOpenDetections } from "../routing/open-detections.ts";
import { deferGathered } from "./defer-gathered.ts";
import { fateOf, leftOutBecause } from "./gathered-fate.ts";
import { takeInIncidents } from "./take-in-incidents.ts";

/**
 * Sends a person one message about the alerts that were gathered for them, and about the alert before these if it still waits
 * for somebody. Leaves out what is closed, what somebody has taken on, what has begun another round, and what the person may not
 * see or doesn't want any more. If nothing is left, sends nothing. Alerts that don't reach the person, and nobody else, go to the
 * admins.
 */
export async function sendGathered(services: Services, tx: Transaction, digest: DigestRow): Promise<void> {
  const { organisationId, id } = digest;
  const people = await listPeople(services, tx, organisationId);
  const person = people.find(({ userId }) => userId === digest.userId);
  const before = await listBefore(tx, digest);
  const sort = async () => {
    const gathered = await listGathered(tx, organisationId, id);
    const ids = [...gathered, ...before].map(({ detectionId }) => detectionId);
    await holdDetections(tx, organisationId, ids);
    const open = new Map(
      (await listOpenDetections(tx, organisationId, ids)).map((each) => [each.detection.id, each]),
    );
    const fate = (alert: Omit<GatheredAlert, "id">) =>
      fateOf(alert, open.get(alert.detectionId), person, services.now());
    return { fate, open, byFate: Map.groupBy(gathered, fate) };
  };
  const first = await sort();
  const isReachable = person !== undefined && (person.deviceIds.length > 0 || person.hasMail);
  const notSaid = [...first.byFate].flatMap(([fate, alerts]) =>
    fate === "said" && isReachable ? [] : alerts,
  );
  // an incident that was grouped into one of these would be lost with it
  const isMore = await takeInIncidents(services, tx, digest, notSaid);
  const { fate, open, byFate } = isMore ? await sort() : first;
  const isHigh = ({ detectionId }: GatheredAlert) =>
    mustNotify(open.get(detectionId)?.detection.severity ?? "unknown");
  const said = byFate.get("said") ?? [];
  const isSent =
    person !== undefined && said.length > 0
      ? await sendTo(
          services,
          tx,
          digest,
          person,
          said,
          before.filter((alert) => fate(alert) === "said"),
        )
      : false;
  const unsaid = isSent ? [] : [...said];
  for (const [reason, problem] of leftOutBecause) {
    const alerts = byFate.get(reason) ?? [];
    await leaveOut(
      tx,
      organisationId,
      alerts.map((alert) => alert.id),
      problem,
    );
    if (reason === "not_theirs") unsaid.push(...alerts);
    // a High must notify somebody, whoever wants it
    if (reason === "unwanted") unsaid.push(...alerts.filter(isHigh));
  }
  await endDigest(tx, organisationId, id, services.now());
  if (person) await deferGathered(services, tx, person, byFate.get("deferred") ?? [], open);
  await fallBackToAdmins(
    services,
    tx,
    organisationId,
    unsaid.map(({ detectionId }) => detectionId),
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
  before: readonly Omit<GatheredAlert, "id">[],
): Promise<boolean> {
  const [first] = said;
  if (!first) return false;
  const known = new Set(said.map(({ detectionId }) => detectionId));
  const again = before.filter(({ detectionId }) => !known.has(detectionId));
  if (known.size + again.length === 1) {
    const { id, ...alert } = first;
    const message = { organisationId, ...alert };
    const isSent = (await notifyPeople(services, tx, message, [person])) > 0;
    if (!isSent) return false;
    // the message of its own stands for it now
    await regroup(tx, organisationId, id, alert);
    await deleteNotifications(tx, organisationId, [id]);
    return true;
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
