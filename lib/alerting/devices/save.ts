import type { Transaction } from "#db/client.ts";
import {
  getDevice,
  insertDevice,
  listDevicesOf,
  lockDeviceByEndpoint,
  updateDevice,
} from "#db/queries/alerting/devices.ts";
import { getSessionDevice, revokeSessionsOn, setSessionDevice } from "#db/queries/identity/sessions.ts";
import { deviceName, isWebPushEndpoint, platformOf } from "#lib/domain/device.ts";
import { cleanText } from "#lib/domain/text.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId, sha256 } from "#lib/platform/ids.ts";
import { DeviceInput } from "#lib/schemas/device.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { sealAt } from "#lib/core/sealing.ts";
import { currentVapidKey } from "../delivery/vapid-keys.ts";
import { ownerOf, subscriptionPlace } from "./owner.ts";

/** of one person, those that are gone left out */
const devicesMax = 20;

/**
 * Keeps the push subscription of the browser that asks, as a device of its person; the same browser again is the
 * same device, also under another person; `sessionHash` is of the session that is open there. Every opening of the portal calls it, so that what was lost is repaired.
 * Throws `device_deactivated`, `invalid` for what is no subscription of a push service we know, `conflict` for one made with an earlier key.
 */
export async function saveDevice(
  ctx: Context,
  rawInput: unknown,
  sessionHash: Buffer | null = null,
): Promise<{ id: string }> {
  authorise(ctx, "detections.read");
  const { userId, organisationId } = ownerOf(ctx.actor);
  const { services } = ctx;
  const parsed = DeviceInput.safeParse(rawInput);
  if (!parsed.success || !isWebPushEndpoint(parsed.data.subscription.endpoint, services.webPush.moreHosts))
    throw new ServiceError(
      "invalid",
      "This browser named a push service that PocketSOC doesn't know, so it can't be reached. Whoever runs PocketSOC can add its host with POCKETSOC_PUSH_HOSTS.",
    );
  const { subscription, publicKey, userAgent, hasTouch } = parsed.data;
  const key = await currentVapidKey(services);
  if (!key || key.publicKey !== publicKey)
    throw new ServiceError(
      "conflict",
      "The portal's key for notifications has changed. Allow notifications here once more.",
    );
  const endpointHash = sha256(subscription.endpoint);
  return inOwnOrganisation(ctx, async (tx) => {
    const now = services.now();
    const known = await lockDeviceByEndpoint(tx, organisationId, endpointHash);
    if (known?.deactivatedAt)
      throw new ServiceError(
        "device_deactivated",
        "Device deactivated. An admin of your team can activate it again.",
      );
    const id = known?.id ?? newId();
    if (sessionHash) await openOn(tx, { organisationId, userId, deviceId: id, sessionHash }, now);
    const subscriptionSealed = await sealAt(
      services,
      tx,
      subscriptionPlace(organisationId, id),
      JSON.stringify(subscription),
    );
    const kept = {
      userId,
      subscriptionSealed,
      vapidKeyId: key.id,
      lastSeenAt: now,
      goneAt: null,
      permission: "granted" as const,
    };
    if (known) {
      // what another person's notifications came to here says nothing of this one's
      const fresh = known.userId === userId && !known.goneAt ? {} : { failures: 0, lastFailure: null };
      await updateDevice(tx, organisationId, id, { ...kept, ...fresh });
      return { id };
    }
    const own = await listDevicesOf(tx, organisationId, userId);
    if (own.filter((one) => !one.goneAt).length >= devicesMax)
      throw new ServiceError(
        "conflict",
        `Device limit reached: you have ${devicesMax} devices. Remove one that you don't use any more.`,
      );
    const platform = platformOf(userAgent, hasTouch);
    const name = cleanText(deviceName(userAgent, platform), 60);
    await insertDevice(tx, {
      ...kept,
      organisationId,
      id,
      name,
      platform,
      endpointHash,
      createdAt: now,
    });
    await recordAudit(ctx, tx, "device.added", { kind: "device", id }, { name, platform });
    return { id };
  });
}

/**
 * Notes on which device a session is open. A browser has one subscription and one session: the device that it was
 * before is reached no more, and what other session was open on it is over.
 */
async function openOn(
  tx: Transaction,
  {
    organisationId,
    userId,
    deviceId,
    sessionHash,
  }: { organisationId: string; userId: string; deviceId: string; sessionHash: Buffer },
  now: Date,
): Promise<void> {
  const before = await getSessionDevice(tx, sessionHash);
  if (before && before !== deviceId && (await getDevice(tx, organisationId, before))?.userId === userId)
    await updateDevice(tx, organisationId, before, { goneAt: now });
  await setSessionDevice(tx, sessionHash, deviceId);
  await revokeSessionsOn(tx, { userId, deviceId, exceptHash: sessionHash }, now);
}
