import type { Transaction } from "#db/client.ts";
import type { DeviceRow } from "#db/queries/alerting/devices.ts";
import { type NotificationRow } from "#db/queries/alerting/notifications.ts";
import { getOrganisation, getUser } from "#db/queries/identity/people.ts";
import { permissionProblem } from "#lib/domain/device.ts";
import type { WebPushAnswer } from "#lib/platform/web-push-sender.ts";
import { WebPushSubscriptionInput } from "#lib/schemas/device.ts";
import type { Services } from "#lib/core/context.ts";
import { subscriptionPlace } from "../devices/owner.ts";
import { mailOf, type NotificationText, payloadOf } from "./text.ts";
import type { Reads } from "./lookups.ts";
import { receiptOf } from "./receipt.ts";

/** the push service keeps a message for as long, and it is tried for as long */
const ttlMs = 3_600_000;
const mailTriedForMs = 86_400_000;

/** Nothing is to be sent any more; the message says why, to who reads the detection. */
export class Dropped extends Error {}

/** What a way out answered: `again` is worth another try. */
export type Sent =
  | { outcome: "accepted" }
  | { outcome: "again"; retryAfterMs: number | null; problem: string }
  | { outcome: "failed"; problem: string; deviceGone?: boolean };
/** Something to be sent, and how. */
export type Ready = { row: NotificationRow; triedForMs: number; send: () => Promise<Sent> };

/** An e-mail to the person's sign-in name. Throws `Dropped`. */
export async function byMail(
  services: Services,
  tx: Transaction,
  row: NotificationRow,
  text: NotificationText,
): Promise<Ready> {
  const { organisationId, id, userId } = row;
  const person = await getUser(tx, userId);
  const organisation = await getOrganisation(tx, organisationId);
  if (!person || !organisation) throw new Dropped("Its person is in no team here any more.");
  const receipt = receiptOf(services, organisationId, id);
  const mail = mailOf(services.portalUrl, text, receipt, organisation.name);
  const send = async (): Promise<Sent> => {
    const answer = await services.mail.send({ to: person.signInName, ...mail, messageId: id });
    if (answer.outcome === "accepted") return answer;
    services.log("mail.not_taken", { id, ...answer });
    if (answer.outcome === "misconfigured") return { outcome: "failed", problem: answer.problem };
    const status = answer.status === null ? "" : ` (${answer.status})`;
    return answer.outcome === "later"
      ? {
          outcome: "again",
          retryAfterMs: null,
          problem: `The mail server could not take it for a day${status}.`,
        }
      : {
          outcome: "failed",
          problem: `The mail server refused ${person.signInName} or the message${status}.`,
        };
  };
  return { row, triedForMs: mailTriedForMs, send };
}

/** A push message to one of their devices. Throws `Dropped`. */
export async function byPush(
  services: Services,
  reads: Reads,
  row: NotificationRow,
  device: DeviceRow | null,
  text: NotificationText,
  isUpdate: boolean,
): Promise<Ready> {
  if (!device) throw new Dropped("Its device was removed before it was sent.");
  if (device.userId !== row.userId) throw new Dropped("Someone else uses the device now.");
  if (device.goneAt || device.deactivatedAt) throw new Dropped("The device can't be reached any more.");
  if (device.permission && device.permission !== "granted")
    throw new Dropped(permissionProblem[device.permission]);
  const { organisationId, id } = row;
  const { subject } = services.webPush;
  const keys = await reads.vapidKey(device.vapidKeyId);
  if (!subject || !keys)
    throw new Dropped("The portal has no address or no key to send it with; see Settings > Notifications.");
  const open = await reads.opener();
  const opened = open(subscriptionPlace(organisationId, device.id), device.subscriptionSealed);
  const target = opened === null ? null : WebPushSubscriptionInput.safeParse(JSON.parse(opened));
  if (!target?.success) throw new Dropped("The device's subscription can't be opened with the keys at hand.");
  const receipt = receiptOf(services, organisationId, id);
  const push = (of: NotificationText) =>
    services.webPush.send(
      target.data,
      {
        payload: payloadOf(services.portalUrl, of, receipt, isUpdate),
        ttlSeconds: ttlMs / 1_000,
        urgency: "high",
        topic: text.tag.replaceAll("-", "").slice(0, 32),
      },
      { subject, ...keys },
    );
  const send = async (): Promise<Sent> => {
    const answer = await push(text);
    // for a push service that takes less: what has no length of its own
    if (answer.outcome === "too_large")
      return sentOf(await push({ ...text, title: text.shortTitle, body: "" }));
    return sentOf(answer);
  };
  return { row, triedForMs: ttlMs, send };
}

function sentOf(answer: WebPushAnswer): Sent {
  switch (answer.outcome) {
    case "accepted":
      return answer;
    case "gone":
      return {
        outcome: "failed",
        deviceGone: true,
        problem:
          "The push service knows this device no more: notifications were switched off there, or the app was removed.",
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
            ? "The push service could not be reached for an hour."
            : `The push service could not take it for an hour (${answer.status}).`,
      };
  }
}
