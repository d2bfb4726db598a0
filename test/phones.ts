import { inOrganisation } from "#db/client.ts";
import { newId } from "#lib/platform/ids.ts";
import type { Context } from "#lib/core/context.ts";
import { getWebPushSetup } from "#lib/alerting/devices/web-push-setup.ts";
import { saveDevice } from "#lib/alerting/devices/save.ts";
import { goodAlert } from "./alerts.ts";
import { postToWebhook, mergeAll, webhookBodyOf } from "./webhook-bodies.ts";
import { production } from "./form.ts";
import { feed } from "./steps.ts";

type Subscription = { endpoint: string; keys: { p256dh: string; auth: string } };

/** Saves a person's device, as the browser does each time the portal opens. Returns the device's id. */
export async function keepPhone(
  ctx: Context,
  subscription: Subscription,
  sessionHash: Buffer | null = null,
): Promise<string> {
  const { publicKey } = await getWebPushSetup(ctx);
  if (!publicKey) throw new Error("no key");
  const userAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Safari/604.1";
  const { endpoint, keys } = subscription;
  const input = { pushSubscription: { endpoint, keys }, publicKey, userAgent, hasTouch: true };
  return (await saveDevice(ctx, input, sessionHash)).id;
}

/** Deletes the queued messages about added devices, for tests that count other notifications. */
export function forgetAdded({ services, actor }: Context): Promise<unknown> {
  return inOrganisation(services.db, actor.organisationId, (tx) =>
    tx.execute(`with told as (delete from notifications where reason = 'device_added' returning id)
      delete from notification_queue where subject_id in (select id from told)`),
  );
}

/** Returns a push subscription that can't receive messages. */
export const someSubscription = (publicKey: string): Subscription => ({
  endpoint: `https://fcm.googleapis.com/${newId()}`,
  keys: { p256dh: publicKey, auth: "AAAAAAAAAAAAAAAAAAAAAA" },
});

/** Returns the webhook body of a High alert raised at `at`. `name` is also the alert's title and type and, without blanks, its id. */
export function webhookAlertOf(name: string, at: Date, properties: object = {}) {
  const iso = at.toISOString();
  const times = {
    startTimeUtc: iso,
    endTimeUtc: iso,
    timeGeneratedUtc: iso,
    processingEndTimeUtc: iso,
  };
  const id = name.replaceAll(/\W/g, "-");
  const alertUri = `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${id}/subscriptionId/${production}/location/westeurope`;
  const names = { alertType: name, systemAlertId: id, alertDisplayName: name, alertUri };
  return webhookBodyOf(goodAlert({ severity: "High", ...names, ...times, ...properties }, id));
}

/** Delivers an alert by webhook; without `at`, the alert is raised now. Returns the id of the alert's detection. */
export async function raiseByWebhook(
  ctx: Context,
  token: string,
  name: string,
  alert: unknown = webhookAlertOf(name, new Date()),
): Promise<string> {
  await postToWebhook(ctx.services, token, alert);
  await mergeAll(ctx.services);
  const found = (await feed(ctx, { q: name })).items.find(({ title }) => title === name);
  if (!found) throw new Error("not stored");
  return found.id;
}
