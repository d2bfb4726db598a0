import { newId, sha256 } from "#lib/platform/ids.ts";
import type { Context } from "#lib/services/context.ts";
import { getPushSetup } from "#lib/services/devices/list.ts";
import { saveDevice } from "#lib/services/devices/save.ts";
import { goodAlert } from "./alerts.ts";
import { knock, mergeAll, pushOf } from "./pushes.ts";
import { production } from "./form.ts";
import { feed } from "./steps.ts";

type Subscription = { endpoint: string; keys: { p256dh: string; auth: string } };

/** Keeps a browser as a device of a person, as the browser does at each opening; gives its id. */
export async function keepPhone(
  ctx: Context,
  subscription: Subscription,
  sessionId: string | null = null,
): Promise<string> {
  const { publicKey } = await getPushSetup(ctx);
  if (!publicKey) throw new Error("no key");
  const { endpoint, keys } = subscription;
  const input = { subscription: { endpoint, keys }, publicKey, userAgent: "", hasTouch: true };
  return (await saveDevice(ctx, input, sessionId === null ? null : sha256(sessionId))).id;
}

/** A subscription that nothing can be sent to. */
export const someSubscription = (publicKey: string): Subscription => ({
  endpoint: `https://fcm.googleapis.com/${newId()}`,
  keys: { p256dh: publicKey, auth: "AAAAAAAAAAAAAAAAAAAAAA" },
});

/** A High alert that arises now and comes by webhook; gives the detection's id. */
export async function raiseByWebhook(ctx: Context, token: string, name: string): Promise<string> {
  const at = new Date().toISOString();
  const alertUri = `https://portal.azure.com/#blade/Any/AlertBlade/alertId/${name}/subscriptionId/${production}/location/westeurope`;
  const alert = goodAlert(
    {
      severity: "High",
      alertType: name,
      systemAlertId: name,
      alertDisplayName: name,
      alertUri,
      startTimeUtc: at,
      endTimeUtc: at,
      timeGeneratedUtc: at,
      processingEndTimeUtc: at,
    },
    name,
  );
  await knock(ctx.services, token, pushOf(alert));
  await mergeAll(ctx.services);
  const found = (await feed(ctx, { q: name })).items.find((one) => one.title === name);
  if (!found) throw new Error("not stored");
  return found.id;
}
