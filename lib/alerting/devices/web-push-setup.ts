import { authorise, type Context } from "#lib/core/context.ts";
import { currentVapidKey, isVapidKeyLocked } from "../delivery/vapid-keys.ts";

/**
 * Returns the VAPID key with which browsers subscribe. If web push is unavailable, returns a sentence that says why.
 * Throws `forbidden`.
 */
export async function getWebPushSetup(
  ctx: Context,
): Promise<{ publicKey: string; problem: null } | { publicKey: null; problem: string }> {
  authorise(ctx, "detections.read");
  if (!ctx.services.webPush.subject)
    return {
      publicKey: null,
      problem:
        "Notifications are off: push services ask for an address of whoever runs this portal. Set POCKETSOC_VAPID_SUBJECT to a mailto: or https: address that the internet knows, then restart the portal.",
    };
  const key = await currentVapidKey(ctx.services);
  if (!key && (await isVapidKeyLocked(ctx.services)))
    return {
      publicKey: null,
      problem:
        "Notifications are off: no key in POCKETSOC_ENCRYPTION_KEYS opens the portal's key for them. Whoever runs PocketSOC has to put the removed key back; npm run keys says what needs it.",
    };
  if (!key)
    return {
      publicKey: null,
      problem: "Notifications are off until the worker has started once: it makes the keys for them.",
    };
  return { publicKey: key.publicKey, problem: null };
}
