import { inOrganisation, type Transaction } from "#db/client.ts";
import { getConfiguration } from "#db/queries/sources/configurations.ts";
import {
  type NotificationLease,
  queueNotifications,
  removeNotificationLease,
} from "#db/queries/alerting/queue.ts";
import {
  addToHistory,
  countDeferred,
  listDeferredIn,
  lockNotice,
  type NoticeRow,
  openNotice,
  updateNotice,
} from "#db/queries/alerting/digests.ts";
import { insertNotifications, type NewNotification } from "#db/queries/alerting/notifications.ts";
import { recipientsOf } from "#lib/domain/recipients.ts";
import { isOnCall, nextStart } from "#lib/domain/on-call-hours.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { queueOutgoing } from "../webhook/queue.ts";
import { needsAction } from "../alarms/alarms.ts";
import { queueToSend } from "../routing/plan.ts";
import { countedLimit, notifyAdminsInstead } from "../routing/escalate.ts";
import { AlarmDetail, type Counts, countOf, HistoryDetail, worstOf } from "#lib/domain/digest.ts";
import { listPeople, listTeamPeople, type TeamPerson } from "../routing/team.ts";

const firstReadLooksEveryMs = 30_000;
/** a first read that takes longer is summed up as far as it came */
const firstReadMostMs = 30 * 60_000;
/** what is wrong is said again for as long as it is */
const alarmEveryMs = 4 * 3_600_000;
/** a secret that ends in weeks isn't urgent; each of its stages is said once (`watch.ts`) */
const repeats = (notice: NoticeRow) => notice.kind === "health" || notice.detail.stage === "now";

/** Says what a notice is about to those whom it concerns, in one transaction with the end of the lease. */
export async function announceDigest(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: id } = lease;
  await inOrganisation(services.db, organisationId, async (tx) => {
    // before its place in the queue, as all others who change one do
    const notice = await lockNotice(tx, organisationId, id);
    if (!(await removeNotificationLease(tx, lease))) return;
    // what is well again before anyone was told is said to nobody
    if (!notice || notice.endedAt) return;
    switch (notice.kind) {
      case "digest":
      case "capped":
        return announceDeferred(services, tx, notice);
      case "history":
        return announceHistory(services, tx, notice);
      case "recovered":
        await notifyAdmins(services, tx, notice);
        await postRecovery(services, tx, notice);
        return end(services, tx, notice);
      case "health":
      case "secret":
      case "uncovered":
        await notifyAdmins(services, tx, notice);
        await postAlarm(services, tx, notice);
        await updateNotice(tx, organisationId, id, { rounds: notice.rounds + 1 });
        if (repeats(notice)) await later(tx, notice, alarmEveryMs);
    }
  });
}

/** The organisation's webhook is told of what needs action, once; what may heal by itself isn't. */
async function postAlarm(services: Services, tx: Transaction, notice: NoticeRow): Promise<void> {
  const { organisationId, id: noticeId, configurationId } = notice;
  const detail = AlarmDetail.parse(notice.detail);
  if (!configurationId || detail.stage !== needsAction || detail.isPosted) return;
  const event = {
    type: "configuration.action_needed",
    noticeId,
    configurationId,
    reason: detail.body,
  } as const;
  await queueOutgoing(services, tx, organisationId, event);
  await updateNotice(tx, organisationId, noticeId, { detail: { ...detail, isPosted: true } });
}

/** And of its end, under the id of the notice that ended. */
async function postRecovery(services: Services, tx: Transaction, notice: NoticeRow): Promise<void> {
  const { organisationId, configurationId } = notice;
  const { isPosted, endsId: noticeId, body: reason } = AlarmDetail.parse(notice.detail);
  if (!configurationId || !isPosted || !noticeId) return;
  const event = { type: "configuration.recovered", noticeId, configurationId, reason } as const;
  await queueOutgoing(services, tx, organisationId, event);
}

const later = (tx: Transaction, notice: NoticeRow, ms: number) =>
  queueNotifications(tx, notice.organisationId, "notice", [notice.id], newId, ms);

const end = (services: Services, tx: Transaction, notice: NoticeRow, detail = notice.detail) =>
  updateNotice(tx, notice.organisationId, notice.id, {
    detail,
    rounds: notice.rounds + 1,
    endedAt: services.now(),
  });

/** What waited for one person, as they may see it now. */
async function announceDeferred(services: Services, tx: Transaction, notice: NoticeRow): Promise<void> {
  const { organisationId, kind } = notice;
  const people = await listTeamPeople(services, tx, organisationId);
  const person = people.find((one) => one.userId === notice.userId);
  if (!person) return endUnsaid(services, tx, notice);
  const now = services.now();
  const { hours, isOn } = person.wishes;
  const begins = kind === "digest" && isOn && hours && !isOnCall(hours, now) ? nextStart(hours, now) : null;
  // their hours were changed meanwhile
  if (begins) return later(tx, notice, begins.getTime() - now.getTime());
  const held = await countDeferred(tx, organisationId, notice.id, person.readableIds);
  const severities: Counts = Object.fromEntries(held.map(({ severity, alerts }) => [severity, alerts]));
  const closed = held.reduce((sum, one) => sum + one.closed, 0);
  const ways = isOn && countOf(severities) > 0 ? await notifyPeople(services, tx, notice, [person]) : 0;
  if (ways === 0) return endUnsaid(services, tx, notice);
  await end(services, tx, notice, { severities, closed });
}

/** A summary that is said to nobody: what it would have counted goes to the admins, unless somebody else was told. */
async function endUnsaid(services: Services, tx: Transaction, notice: NoticeRow): Promise<void> {
  await end(services, tx, notice);
  const ids = await listDeferredIn(tx, notice.organisationId, notice.id, countedLimit);
  for (const id of ids) await notifyAdminsInstead(services, tx, notice.organisationId, id);
}

/** A summary of history goes to those who wish to be told of the worst of it; outside their hours when they begin. */
async function announceHistory(services: Services, tx: Transaction, notice: NoticeRow): Promise<void> {
  const { organisationId, configurationId } = notice;
  const detail = HistoryDetail.parse(notice.detail);
  const found = configurationId ? await getConfiguration(tx, organisationId, configurationId) : undefined;
  if (!found || !configurationId) return end(services, tx, notice);
  const now = services.now();
  const waitedMs = now.getTime() - notice.createdAt.getTime();
  if (detail.cause === "first" && !found.configuration.lastGoodSyncAt && waitedMs < firstReadMostMs)
    return later(tx, notice, firstReadLooksEveryMs);
  const people = await listPeople(services, tx, organisationId, configurationId);
  const about = people.filter((one) => notice.userId === null || one.userId === notice.userId);
  const told = recipientsOf({ severity: worstOf(detail.severities), configurationId }, about, now);
  const held = told.flatMap((one) => (one.way === "held" ? [one] : []));
  const atOnce = new Set(told.flatMap((one) => (one.way === "held" ? [] : [one.userId])));
  await notifyPeople(
    services,
    tx,
    notice,
    people.filter((one) => atOnce.has(one.userId)),
  );
  await end(services, tx, notice);
  for (const { userId, until } of held) {
    const about = { kind: "history", configurationId, userId } as const;
    const row = { id: newId(), detail: notice.detail, createdAt: notice.createdAt };
    const opened = await openNotice(tx, organisationId, about, row);
    const waitMs = until.getTime() - now.getTime();
    if (opened) await queueNotifications(tx, organisationId, "notice", [opened], newId, waitMs);
    else await addToHistory(tx, organisationId, about, detail.severities);
  }
}

/** Admins are told on every device of theirs, and by e-mail as well. */
async function notifyAdmins(services: Services, tx: Transaction, notice: NoticeRow): Promise<void> {
  const people = await listTeamPeople(services, tx, notice.organisationId);
  const admins = people.filter((one) => one.isAdmin);
  await notifyPeople(services, tx, notice, admins, { mailToo: true });
}

/** Claims a notice for people on all their devices, by e-mail where they have none or `mailToo`, and queues it; says how many ways there were. */
async function notifyPeople(
  services: Services,
  tx: Transaction,
  notice: NoticeRow,
  people: readonly Pick<TeamPerson, "userId" | "deviceIds" | "hasMail">[],
  { mailToo = false } = {},
): Promise<number> {
  const { organisationId, id: noticeId, kind: reason, rounds: round } = notice;
  const queuedAt = services.now();
  const rows = people.flatMap(({ userId, deviceIds, hasMail }): NewNotification[] => {
    const row = { userId, noticeId, round, reason, queuedAt, state: "queued" as const };
    const byMail = hasMail && (mailToo || deviceIds.length === 0);
    return [
      ...deviceIds.map((deviceId) => ({ ...row, id: newId(), deviceId })),
      ...(byMail ? [{ ...row, id: newId(), channel: "email" as const }] : []),
    ];
  });
  const ids = new Set(await insertNotifications(tx, organisationId, rows));
  await queueToSend(
    tx,
    organisationId,
    rows.filter(({ id }) => ids.has(id)),
  );
  return ids.size;
}
