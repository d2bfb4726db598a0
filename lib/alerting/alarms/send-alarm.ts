import { inOrganisation, type Transaction } from "#db/client.ts";
import { type AlarmRow, lockAlarm, updateAlarm } from "#db/queries/alerting/alarms.ts";
import {
  type NotificationLease,
  queueAlertingWork,
  removeNotificationLease,
} from "#db/queries/alerting/queue.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { listPeople } from "../routing/list-people.ts";
import { notifyPeople } from "../routing/notify-people.ts";
import { queueOutgoing } from "../webhook/queue-event.ts";
import { recoveryBody } from "./alarm-text.ts";

const repeatMs = 4 * 3_600_000;

/**
 * Whether an alarm repeats until it ends. Alarms about a configuration's health do, and so does the last stage of an
 * expiring secret.
 */
const repeats = ({ kind, stage }: AlarmRow) => kind === "health" || stage === "last_day";

/**
 * Notifies the admins of an open alarm or of its recovery, in the transaction that ends the lease. An alarm that ended
 * without a recovery notifies nobody.
 */
export async function sendAlarm(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: id } = lease;
  await inOrganisation(services.db, organisationId, async (tx) => {
    // locked before the queue's row, as in every transaction that changes an alarm, to prevent deadlocks
    const alarm = await lockAlarm(tx, organisationId, id);
    if (!(await removeNotificationLease(tx, lease)) || !alarm) return;
    if (alarm.endedAt && !alarm.isRecovered) return;
    await notifyAdmins(services, tx, alarm);
    await updateAlarm(tx, organisationId, id, { rounds: alarm.rounds + 1 });
    if (alarm.endedAt) return postRecovery(services, tx, alarm);
    await postAlarm(services, tx, alarm);
    if (repeats(alarm)) await queueAlertingWork(tx, organisationId, "alarm", [id], newId, repeatMs);
  });
}

/** Notifies the admins of an alarm or its recovery, on their devices and by e-mail. */
async function notifyAdmins(services: Services, tx: Transaction, alarm: AlarmRow): Promise<void> {
  const { organisationId, id: alarmId, kind, rounds: round, endedAt } = alarm;
  const people = await listPeople(services, tx, organisationId);
  await notifyPeople(
    services,
    tx,
    { organisationId, alarmId, round, reason: endedAt ? "recovered" : kind },
    people.filter((person) => person.isAdmin),
    { alsoByEmail: true },
  );
}

/** Queues an event for the outgoing webhook once for each alarm, if a configuration needs action. */
async function postAlarm(services: Services, tx: Transaction, alarm: AlarmRow): Promise<void> {
  const { organisationId, id: alarmId, configurationId, stage, isPosted, body: reason } = alarm;
  if (!configurationId || stage !== "action_needed" || isPosted) return;
  const event = { type: "configuration.action_needed", alarmId, configurationId, reason } as const;
  await queueOutgoing(services, tx, organisationId, event);
  await updateAlarm(tx, organisationId, alarmId, { isPosted: true });
}

/** Queues an event about the recovery for the outgoing webhook, if the alarm itself was posted. */
async function postRecovery(services: Services, tx: Transaction, alarm: AlarmRow): Promise<void> {
  const { organisationId, id: alarmId, configurationId, isPosted } = alarm;
  if (!configurationId || !isPosted) return;
  const reason = recoveryBody(alarm);
  const event = { type: "configuration.recovered", alarmId, configurationId, reason } as const;
  await queueOutgoing(services, tx, organisationId, event);
}
