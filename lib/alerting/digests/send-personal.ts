import type { Transaction } from "#db/client.ts";
import { type DigestRow, endDigest, setDigestCounts } from "#db/queries/alerting/digests.ts";
import { countKeptFor, listKeptFor } from "#db/queries/alerting/kept-alerts.ts";
import { queueAlertingWork } from "#db/queries/alerting/queue.ts";
import { totalOf } from "#lib/domain/digest.ts";
import type { Preferences } from "#lib/domain/recipients.ts";
import { digestAt, isWithinHours } from "#lib/domain/shift.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { fallBackToAdmins, fallbackMax } from "../routing/fallback.ts";
import { listPeople, type TeamPerson } from "../routing/list-people.ts";
import { notifyPeople } from "../routing/notify-people.ts";

/**
 * Sends a person the digest of their deferred or rate-limited alerts. Counts only alerts that the person may still see.
 * If the digest can't be sent, the admins are notified of the alerts that notified nobody else.
 */
export async function sendPersonal(services: Services, tx: Transaction, digest: DigestRow): Promise<void> {
  const { organisationId, id, kind, userId } = digest;
  const people = await listPeople(services, tx, organisationId);
  const person = people.find((member) => member.userId === userId);
  const hoursBegin = person && kind === "off_hours" ? whenHoursBegin(services, person.preferences) : null;
  if (hoursBegin) {
    // the person has changed their hours meanwhile
    const dueInMs = hoursBegin.getTime() - services.now().getTime();
    await queueAlertingWork(tx, organisationId, "digest", [id], newId, dueInMs);
    return;
  }
  // a fallback or an escalation notifies admins whatever their preferences
  const isMeant = person && (getsDigests(person.preferences) || (kind === "rate_limited" && person.isAdmin));
  const isSent = isMeant ? await sendTo(services, tx, digest, person) : false;
  await endDigest(tx, organisationId, id, services.now());
  if (isSent) return;
  await fallBackToAdmins(
    services,
    tx,
    organisationId,
    await listKeptFor(tx, organisationId, id, fallbackMax),
  );
}

/** Whether a person gets digests: they are on call at times and haven't switched notifications off. */
const getsDigests = ({ isOn, shift }: Preferences): boolean => isOn && shift.kind !== "none";

/** Returns when a person's hours begin next. Returns null if the person is within their hours or gets no digests. */
function whenHoursBegin(services: Services, preferences: Preferences): Date | null {
  const now = services.now();
  const { shift } = preferences;
  return getsDigests(preferences) && !isWithinHours(shift, now) ? digestAt(shift, now) : null;
}

/** Sends the digest. Returns false if the digest counts no alert or the person can't be reached. */
async function sendTo(
  services: Services,
  tx: Transaction,
  { organisationId, id, kind }: DigestRow,
  person: TeamPerson,
): Promise<boolean> {
  const keptCounts = await countKeptFor(tx, organisationId, id, person.readableIds);
  const counts = Object.fromEntries(keptCounts.map(({ severity, alerts }) => [severity, alerts]));
  if (totalOf(counts) === 0) return false;
  const reason = kind === "off_hours" ? kind : "rate_limited";
  const notified = await notifyPeople(services, tx, { organisationId, digestId: id, reason }, [person]);
  if (notified === 0) return false;
  const closedCount = keptCounts.reduce((sum, { closed }) => sum + closed, 0);
  await setDigestCounts(tx, organisationId, id, counts, closedCount);
  return true;
}
