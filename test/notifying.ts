import { inOrganisation } from "#db/client.ts";
import type { Context } from "#lib/core/context.ts";
import { getDetection } from "#lib/triage/get.ts";
import { removeDevice } from "#lib/alerting/devices/remove.ts";
import { listDevices } from "#lib/alerting/devices/list.ts";
import { ensureVapidKey } from "#lib/alerting/delivery/vapid-keys.ts";
import { keepPhone, webhookAlertOf, raiseByWebhook } from "./phones.ts";
import { startPushService } from "./push-service.ts";
import { postToWebhook, mergeAll, webhookToken } from "./webhook-bodies.ts";
import { formValues, startTestStack } from "./stack.ts";
import { save } from "./steps.ts";

/** A stack with a push service, an admin, an analyst and one configuration, whose clock can be put forward. */
export async function startNotifying() {
  const push = await startPushService();
  const stack = await startTestStack();
  const clock = { laterMs: 0 };
  stack.services.webPush = {
    ...stack.services.webPush,
    subject: "mailto:soc@contoso.com",
    moreHosts: [push.host],
  };
  stack.services.now = () => new Date(Date.now() + clock.laterMs);
  await ensureVapidKey(stack.services);
  const admin = await stack.asMember("admin");
  const analyst = await stack.asMember("analyst", admin.actor.organisationId);
  const token = await webhookToken(admin);
  const configurationId = await save(admin, formValues);

  /** An alert as its webhook brings it, that arose `agoMs` before now. */
  const alertOf = (name: string, properties: object = {}, agoMs = 0) =>
    webhookAlertOf(name, new Date(stack.services.now().getTime() - agoMs), properties);
  /** Has alerts come by webhook, all in one delivery. */
  const deliver = async (alerts: readonly unknown[]) => {
    await postToWebhook(stack.services, token, alerts);
    await mergeAll(stack.services);
  };
  /** Has one come, and gives its detection's id. */
  const raise = (name: string, properties: object = {}, agoMs = 0) =>
    raiseByWebhook(admin, token, name, alertOf(name, properties, agoMs));

  return {
    push,
    stack,
    clock,
    admin,
    analyst,
    configurationId,
    alertOf,
    deliver,
    raise,
    /** As it was before anyone was notified: no devices, no notifications, nothing queued, and the right time. */
    reset: async () => {
      clock.laterMs = 0;
      push.received.length = 0;
      await stack.services.db.execute("delete from notification_queue");
      await inOrganisation(stack.services.db, admin.actor.organisationId, async (tx) => {
        await tx.execute("delete from notifications");
        await tx.execute("delete from digests");
        await tx.execute("delete from alarms");
        await tx.execute("delete from notification_preferences");
      });
      for (const ctx of [admin, analyst])
        for (const { id } of await listDevices(ctx)) await removeDevice(ctx, id);
    },
    /** Allows notifications on a new device of a person, as their browser does. */
    addDevice: async (ctx: Context, subscription = push.subscribe(), sessionHash: Buffer | null = null) => ({
      id: await keepPhone(ctx, subscription, sessionHash),
      ...subscription,
    }),
    /** The recipients of a detection, without those who have no device. */
    recipientsOf: async (id: string) =>
      (await getDetection(admin, id)).recipients
        .filter(({ state }) => state !== "skipped")
        .map(({ device, state, problem }) => ({ device, state, problem })),
    /** What was received at a device's subscription: title and body. */
    readAt: (path: string) =>
      push.received
        .filter((one) => one.path === path)
        .map(({ payload: { notification } }) => ({ title: notification.title, body: notification.body })),
    /** Makes what waits of a kind due, whatever its time. */
    makeDue: (subject: string) =>
      stack.services.db.execute(`update notification_queue set due_at = now() where subject = '${subject}'`),
    stop: async () => {
      await stack.stop();
      await push.stop();
    },
  };
}
