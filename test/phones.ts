import { newId } from "#lib/platform/ids.ts";
import type { Context } from "#lib/core/context.ts";
import { getWebPushSetup } from "#lib/alerting/devices/web-push-setup.ts";
import { saveDevice } from "#lib/alerting/devices/save.ts";
import { goodAlert } from "./alerts.ts";
import { postToWebhook, mergeAll, webhookBodyOf } from "./webhook-bodies.ts";
import { production } from "./form.ts";
import { feed } from "./steps.ts";

type Subscription = { endpoint: string; keys: { p256dh: string; auth: string } };

/** Keeps a browser as a device of a person, as the browser does at each opening; gives its id. */
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

/** A subscription that nothing can be sent to. */
export const someSubscription = (publicKey: string): Subscription => ({
  endpoint: `https://fcm.googleapis.com/${newId()}`,
  keys: { p256dh: publicKey, auth: "AAAAAAAAAAAAAAAAAAAAAA" },
});

/** A High alert as its webhook brings it, that arose at `at`; its name is its title, type and id. */
export function webhookAlertOf(name: string, at: Date, properties: object = {}) {
  const iso = at.toISOString();
  const times = {
    startTimeUtc: iso,
    endTimeUtc: iso,
    timeGeneratedUtc: iso,
    processingEndTimeUtc: iso,
  };
  const alertUri = `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/${production}/location/westeurope`;
  const names = { alertType: name, systemAlertId: name, alertDisplayName: name, alertUri };
  return webhookBodyOf(goodAlert({ severity: "High", ...names, ...times, ...properties }, name));
}

/** Has one come by webhook, by default one that arises now; gives the detection's id. */
export async function raiseByWebhook(
  ctx: Context,
  token: string,
  name: string,
  alert: unknown = webhookAlertOf(name, new Date()),
): Promise<string> {
  await postToWebhook(ctx.services, token, alert);
  await mergeAll(ctx.services);
  const found = (await feed(ctx, { q: name })).items.find((one) => one.title === name);
  if (!found) throw new Error("not stored");
  return found.id;
}
