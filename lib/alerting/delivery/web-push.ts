import type { DeviceRow } from "#db/queries/alerting/devices.ts";
import type { NotificationRow } from "#db/queries/alerting/notifications.ts";
import { permissionProblem } from "#lib/domain/device.ts";
import { type ProxyProblem, proxyRemedy, throughProxy } from "#lib/platform/proxy-problem.ts";
import type { WebPushAnswer } from "#lib/platform/web-push-sender.ts";
import { PushSubscriptionFields } from "#lib/schemas/device.ts";
import type { Services } from "#lib/core/context.ts";
import { pushSubscriptionSealContext } from "../devices/seal-context.ts";
import type { Lookups } from "./lookups.ts";
import { type NotificationText, payloadOf } from "./payload.ts";
import { type Prepared, type SendResult, Unsendable } from "./prepared.ts";
import { receiptOf } from "./receipt.ts";

/** how long the push service keeps a message; failed attempts are repeated for the same time */
const keptForMs = 3_600_000;

/** Prepares a web push to one of the person's devices. Throws `Unsendable`. */
export async function prepareWebPush(
  services: Services,
  lookups: Lookups,
  notification: NotificationRow,
  device: DeviceRow | null,
  text: NotificationText,
): Promise<Prepared> {
  const reachable = reachableDevice(notification, device);
  const vapid = await openVapid(services, lookups, reachable.vapidKeyId);
  const pushSubscription = await openPushSubscription(lookups, reachable);
  const receipt = receiptOf(services, notification.organisationId, notification.id);
  const push = (content: NotificationText) =>
    services.webPush.send(
      pushSubscription,
      {
        payload: payloadOf(services.portalUrl, content, receipt),
        ttlSeconds: keptForMs / 1_000,
        urgency: "high",
        topic: text.tag.replaceAll("-", "").slice(0, 32),
      },
      vapid,
    );
  const send = async (): Promise<SendResult> => {
    const answer = await push(text);
    if (answer.outcome !== "too_large") return resultOf(answer);
    return resultOf(await push({ ...text, title: text.shortTitle, body: "" }));
  };
  return { notification, retriedForMs: keptForMs, send };
}

/** Returns the notification's device. Throws `Unsendable` if the device can't get notifications. */
function reachableDevice(notification: NotificationRow, device: DeviceRow | null): DeviceRow {
  if (!device) throw new Unsendable("Its device was removed before it was sent.");
  if (device.userId !== notification.userId) throw new Unsendable("Someone else uses the device now.");
  if (device.goneAt || device.deactivatedAt) throw new Unsendable("The device can't be reached any more.");
  if (device.permission && device.permission !== "granted")
    throw new Unsendable(permissionProblem[device.permission]);
  return device;
}

/** Returns the VAPID keys that sign the message. Throws `Unsendable` if the portal isn't set up for web push. */
async function openVapid(services: Services, lookups: Lookups, vapidKeyId: string) {
  const { subject } = services.webPush;
  const keys = await lookups.vapidKey(vapidKeyId);
  if (!subject || !keys)
    throw new Unsendable(
      "The portal has no address or no key to send it with; see Settings > Notifications.",
    );
  return { subject, ...keys };
}

/** Opens a device's push subscription. Throws `Unsendable` if the organisation's data keys can't open it. */
async function openPushSubscription(lookups: Lookups, device: DeviceRow): Promise<PushSubscriptionFields> {
  const open = await lookups.opener();
  const opened = open(
    pushSubscriptionSealContext(device.organisationId, device.id),
    device.pushSubscriptionSealed,
  );
  const parsed = opened === null ? null : PushSubscriptionFields.safeParse(JSON.parse(opened));
  if (!parsed?.success)
    throw new Unsendable("The device's push subscription can't be opened with the keys at hand.");
  return parsed.data;
}

function unreachableProblem(proxy: ProxyProblem | null): string {
  if (!proxy) return "The push service could not be reached for an hour.";
  const remedy = proxyRemedy(proxy, "the push service");
  return `For an hour the push service could not be reached ${throughProxy(proxy)}. Whoever runs PocketSOC should ${remedy}.`;
}

function resultOf(answer: WebPushAnswer): SendResult {
  switch (answer.outcome) {
    case "accepted":
      return { outcome: "accepted" };
    case "gone":
      return {
        outcome: "failed",
        isDeviceGone: true,
        problem:
          "The push service knows this device no more: notifications were switched off there, or the app was removed.",
      };
    case "unencryptable":
      return {
        outcome: "failed",
        isDeviceGone: true,
        problem:
          "Nothing can be encrypted with the key that this device sent. Allow notifications on it once more.",
      };
    case "refused":
      return {
        outcome: "failed",
        problem: `The push service refused the portal's key or address (${answer.status}). See POCKETSOC_VAPID_SUBJECT.`,
      };
    case "too_large":
      return { outcome: "failed", problem: "The push service found the message too large." };
    case "rejected":
      return { outcome: "failed", problem: `The push service turned the message down (${answer.status}).` };
    case "later":
      return {
        outcome: "again",
        retryAfterMs: answer.retryAfterMs,
        problem:
          answer.status === null
            ? unreachableProblem(answer.proxy)
            : `The push service could not take it for an hour (${answer.status}).`,
      };
  }
}
