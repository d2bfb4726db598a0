import { inOrganisation, type Transaction } from "#db/client.ts";
import { getDetectionRow } from "#db/queries/detections.ts";
import { countDeviceFailure, updateDevice } from "#db/queries/devices.ts";
import {
  type NotificationLease,
  postponeNotification,
  removeNotificationLease,
} from "#db/queries/notification-queue.ts";
import {
  countFolded,
  endNotification,
  getNotification,
  type NotificationRow,
} from "#db/queries/notifications.ts";
import { getRules } from "#db/queries/notification-rules.ts";
import { getRole } from "#db/queries/people.ts";
import type { PushAnswer, PushMessage, PushTarget, Vapid } from "#lib/platform/push-sender.ts";
import { PushSubscriptionInput } from "#lib/schemas/device.ts";
import { listReadable } from "../access.ts";
import type { Services } from "../context.ts";
import { openAt } from "../credentials.ts";
import { subscriptionPlace } from "../devices/owner.ts";
import { openVapidKey } from "./keys.ts";
import { detectionText, type NotificationText, payloadOf, testText } from "./payload.ts";
import { receiptOf } from "./receipt.ts";

export const notifyLeaseMs = 60_000;
/** the push service keeps a message for as long, and it is tried for as long */
const ttlMs = 3_600_000;
const backoffFirstMs = 2_000;
const backoffMostMs = 300_000;

/** `smallPayload` is for a push service that takes less: the severity, and nothing else that has a length of its own */
type Ready = {
  smallPayload: string;
  target: PushTarget;
  message: PushMessage;
  vapid: Vapid;
  deviceId: string;
  queuedAt: Date;
};

/**
 * Sends one claimed notification and records what the push service answered. Whether its person may still see what
 * it is about is asked now, not when it was claimed. What fails for a while is put off, for an hour at most.
 */
export async function sendNotification(services: Services, lease: NotificationLease): Promise<void> {
  const { organisationId, subjectId: id } = lease;
  const ready = await inOrganisation(services.db, organisationId, (tx) => prepare(services, tx, lease));
  if (!ready) return;
  let answer = await services.push.send(ready.target, ready.message, ready.vapid);
  if (answer.outcome === "too_large")
    answer = await services.push.send(
      ready.target,
      { ...ready.message, payload: ready.smallPayload },
      ready.vapid,
    );
  if (answer.outcome === "later" && services.now().getTime() - ready.queuedAt.getTime() < ttlMs) {
    const backoffMs = Math.min(backoffMostMs, backoffFirstMs * 2 ** (lease.attempts - 1));
    return postponeNotification(services.db, lease, answer.retryAfterMs ?? backoffMs);
  }
  await inOrganisation(services.db, organisationId, async (tx) => {
    if (!(await removeNotificationLease(tx, lease))) return;
    const now = services.now();
    // of one that says how many there were the first word stands: only a queued one ends
    if (answer.outcome === "accepted") {
      await endNotification(tx, organisationId, id, { state: "accepted", acceptedAt: now });
      return void (await updateDevice(tx, organisationId, ready.deviceId, {
        failures: 0,
        lastFailure: null,
      }));
    }
    const problem = problemOf(answer);
    await endNotification(tx, organisationId, id, { state: "failed", problem });
    if (answer.outcome === "gone") await updateDevice(tx, organisationId, ready.deviceId, { goneAt: now });
    await countDeviceFailure(tx, organisationId, ready.deviceId, problem);
  });
}

/** What is to be sent; null when it isn't any more, which is then on record. */
async function prepare(services: Services, tx: Transaction, lease: NotificationLease): Promise<Ready | null> {
  const { organisationId, subjectId: id } = lease;
  const found = await getNotification(tx, organisationId, id);
  const drop = async (problem: string) => {
    if (await removeNotificationLease(tx, lease))
      await endNotification(tx, organisationId, id, { state: "failed", problem });
    return null;
  };
  if (!found) return drop("Its device was removed before it was sent.");
  const { notification, device } = found;
  // sent before, by a worker that ended before it could take it off the queue; or never, so there is nothing to update
  if (notification.state !== (lease.subject === "fold" ? "accepted" : "queued")) return drop("");
  if (device.userId !== notification.userId) return drop("Someone else uses the device now.");
  if (device.goneAt || device.deactivatedAt) return drop("The device can't be reached any more.");
  const more = await countFolded(tx, organisationId, id);
  const text = await textOf(services, tx, organisationId, notification, more);
  if (!text) return drop("Its person may not see the detection any more, or it was deleted.");
  const { subject } = services.push;
  const keys = await openVapidKey(services, tx, device.vapidKeyId);
  if (!subject || !keys)
    return drop("The portal has no address or no key to send it with; see Settings > Notifications.");
  const opened = await openAt(
    services,
    tx,
    subscriptionPlace(organisationId, device.id),
    device.subscriptionSealed,
  );
  const target = opened === null ? null : PushSubscriptionInput.safeParse(JSON.parse(opened));
  if (!target?.success) return drop("The device's subscription can't be opened with the keys at hand.");
  const payload = (of: NotificationText) =>
    payloadOf(services.portalUrl, of, receiptOf(services, organisationId, id), lease.subject === "fold");
  return {
    deviceId: device.id,
    queuedAt: notification.queuedAt,
    target: target.data,
    vapid: { subject, ...keys },
    smallPayload: payload({ ...text, title: text.shortTitle, body: "" }),
    message: {
      payload: payload(text),
      ttlSeconds: ttlMs / 1_000,
      urgency: "high",
      topic: text.tag.replaceAll("-", "").slice(0, 32),
    },
  };
}

async function textOf(
  services: Services,
  tx: Transaction,
  organisationId: string,
  { id, detectionId, userId, reason }: Pick<NotificationRow, "id" | "detectionId" | "userId" | "reason">,
  more: number,
): Promise<NotificationText | null> {
  if (!(await getRole(tx, organisationId, userId))) return null;
  if (detectionId === null) return testText(id);
  const found = await getDetectionRow(tx, organisationId, detectionId);
  if (!found) return null;
  const { readableOf } = await listReadable(services, tx, organisationId, [userId]);
  if (!readableOf(userId).includes(found.configuration.id)) return null;
  const { title, severity } = found.detection;
  return detectionText({
    id: detectionId,
    title,
    severity,
    configurationName: found.configuration.displayName,
    reason,
    more,
    rules: await getRules(tx, organisationId),
  });
}

function problemOf(answer: Exclude<PushAnswer, { outcome: "accepted" }>): string {
  switch (answer.outcome) {
    case "gone":
      return "The push service knows this device no more: notifications were switched off there, or the app was removed.";
    case "refused":
      return `The push service refused the portal's key or address (${answer.status}). See POCKETSOC_VAPID_SUBJECT.`;
    case "too_large":
      return "The push service found the message too large.";
    case "rejected":
      return `The push service turned the message down (${answer.status}).`;
    case "later":
      return answer.status === null
        ? "The push service could not be reached for an hour."
        : `The push service could not take it for an hour (${answer.status}).`;
  }
}
