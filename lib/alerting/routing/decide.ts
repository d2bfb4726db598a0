import { inOrganisation, type Transaction } from "#db/client.ts";
import { type NotificationLease, removeNotificationLeases } from "#db/queries/alerting/queue.ts";
import { listRecentOn, lockAlertKinds } from "#db/queries/alerting/recent.ts";
import { listSamplesAskedBy } from "#db/queries/ingest/pipe-tests.ts";
import { mustNotify, type Person, type Recipient, recipientsOf } from "#lib/domain/recipients.ts";
import { incidentLooksBackMs, samplesNotifyForMs } from "#lib/domain/notification.ts";
import type { Services } from "#lib/core/context.ts";
import { queueOutgoing } from "../webhook/queue.ts";
import { type RecentNotification, planNotifications } from "./plan.ts";
import {
  type Found,
  kindOf,
  listFound,
  peopleFor,
  queueEscalations,
  recentOf,
  type Said,
  say,
} from "./open-detections.ts";
import { listTeamPeople } from "./team.ts";

/**
 * Decides who is told of new detections of one organisation, of one claim, oldest first, and claims a notification for each
 * of their devices, in one transaction with the end of the leases: after a crash it is decided again, and nobody is
 * claimed twice. What reaches nobody who should be told goes to the admins, and where nobody can be reached the
 * timeline says so. Where they can't be decided together, each is on its own.
 */
export async function decideTogether(
  services: Services,
  leases: readonly NotificationLease[],
): Promise<void> {
  try {
    return await decideAll(services, leases);
  } catch (error) {
    if (leases.length === 1) throw error;
    services.log("notify.not_together", { count: leases.length, error });
  }
  const failed: unknown[] = [];
  for (const lease of leases) await decideAll(services, [lease]).catch((error) => failed.push(error));
  if (failed.length > 0) throw new AggregateError(failed, "some could not be decided");
}

async function decideAll(services: Services, leases: readonly NotificationLease[]): Promise<void> {
  const [{ organisationId } = { organisationId: "" }] = leases;
  await inOrganisation(services.db, organisationId, async (tx) => {
    const ours = await removeNotificationLeases(
      tx,
      leases.map((lease) => ({ lease })),
    );
    const found = await listFound(
      tx,
      organisationId,
      ours.map(({ lease }) => lease.subjectId),
    );
    if (found.length === 0) return;
    await lockAlertKinds(tx, organisationId, found.map(kindOf));
    const people = await listTeamPeople(services, tx, organisationId);
    const claiming = await planNotifications(services, tx, organisationId);
    const rang = recentOf(services, tx, organisationId);
    const said: Said[] = [];
    for (const one of found) {
      const { detection } = one;
      const { severity, isSample, configurationId } = detection;
      const readers = peopleFor(people, configurationId);
      if (isSample) {
        const told = await askedFor(services, tx, one, readers);
        claiming.add(detection, told, await rang(one, ["sample"]), { alike: true });
        continue;
      }
      await queueOutgoing(services, tx, organisationId, {
        type: "detection.raised",
        detectionId: detection.id,
      });
      const told = recipientsOf({ severity, configurationId }, readers, services.now());
      const members = await listNotifiedMembers(services, tx, detection);
      if (members.length > 0) claiming.add(detection, told, members, { alike: true });
      else claiming.add(detection, told, await rang(one, ["raised", "fallback"]));
      const kind = unusual(told, severity);
      if (kind) said.push({ id: detection.id, kind });
    }
    await claiming.write();
    const must = found.filter(({ detection }) => !detection.isSample && mustNotify(detection.severity));
    await queueEscalations(
      tx,
      organisationId,
      must.map(({ detection }) => detection.id),
    );
    await say(services, tx, organisationId, said);
  });
}

/** What the timeline has to say of who was told, where that was unusual. */
function unusual(told: readonly Recipient[], severity: Found["detection"]["severity"]): string | null {
  if (told.every(({ way }) => way === "none"))
    return told.length > 0 || mustNotify(severity) ? "nobody_told" : null;
  return told.some(({ reason }) => reason === "fallback") ? "admins_told" : null;
}

/** A sample rings for the people who asked for it, if they may see it, and for nobody else. */
async function askedFor(
  services: Services,
  tx: Transaction,
  { detection }: Found,
  people: readonly Person[],
): Promise<Recipient[]> {
  const { organisationId, configurationId } = detection;
  const since = new Date(services.now().getTime() - samplesNotifyForMs);
  const asked = await listSamplesAskedBy(tx, organisationId, configurationId, since);
  return people
    .filter((one) => one.mayRead && asked.includes(one.userId))
    .flatMap(({ userId, deviceIds }) =>
      deviceIds.map((deviceId) => ({ userId, reason: "sample", way: "push", deviceId }) as const),
    );
}

/** What rang within the day, by device, of alerts on the same resource that an incident adds no severity to: its members. */
async function listNotifiedMembers(
  services: Services,
  tx: Transaction,
  { organisationId, isIncident, ...of }: Found["detection"],
): Promise<RecentNotification[]> {
  // what names no resource, or no severity that we know, may be about anything
  if (!isIncident || of.resourceName === "" || of.severity === "unknown") return [];
  const since = new Date(services.now().getTime() - incidentLooksBackMs);
  return listRecentOn(tx, organisationId, of, since);
}
