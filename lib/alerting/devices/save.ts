import type { Transaction } from "#db/client.ts";
import {
  type DeviceRow,
  getDevice,
  insertDevice,
  listDevicesOf,
  lockDevice,
  lockDeviceByEndpoint,
  updateDevice,
} from "#db/queries/alerting/devices.ts";
import { getSessionDevice, revokeSessionsOn, setSessionDevice } from "#db/queries/identity/sessions.ts";
import { deviceName, isWebPushEndpoint, platformOf } from "#lib/domain/device.ts";
import { cleanText } from "#lib/domain/text.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId, sha256 } from "#lib/platform/ids.ts";
import { isP256Point } from "#lib/platform/p256.ts";
import { DeviceInput } from "#lib/schemas/device.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation, type Services, signInAgain } from "#lib/core/context.ts";
import { sealAt } from "#lib/core/sealing.ts";
import { currentVapidKey } from "../delivery/vapid-keys.ts";
import { ownerOf } from "./owner.ts";
import { pushSubscriptionSealContext } from "./seal-context.ts";
import { tellOfAddedDevice } from "./tell-added.ts";

/** the maximum number of devices of one person, not counting unreachable ones */
const devicesMax = 20;

/**
 * Saves the calling browser's push subscription as a device of its person. `sessionHash` is the browser's session. A session
 * that is good for alerts only renews the push subscription of its own device and adds none: a stolen phone must not outlive its
 * deactivation. Throws `device_deactivated`, `invalid` for an unknown push service or a key that can't encrypt, `conflict` if
 * the VAPID key is old or the person has too many devices, `sign_in_again`, or `unauthenticated` if the session ended
 * meanwhile.
 */
export async function saveDevice(
  ctx: Context,
  rawInput: unknown,
  sessionHash: Buffer | null = null,
): Promise<{ id: string }> {
  authorise(ctx, "detections.read");
  const { userId, organisationId, alertsOnly } = ownerOf(ctx.actor);
  const { services } = ctx;
  const input = readInput(services, rawInput);
  const vapidKeyId = await requireCurrentKey(services, input.publicKey);
  const endpointHash = sha256(input.pushSubscription.endpoint);
  return inOwnOrganisation(ctx, async (tx) => {
    const now = services.now();
    const known = await lockDeviceByEndpoint(tx, organisationId, endpointHash);
    const own = alertsOnly ? await requireOwnDevice(tx, organisationId, userId, sessionHash) : null;
    if (known?.deactivatedAt || own?.deactivatedAt) throw deviceDeactivated();
    // with another device's endpoint, the session would become that device's
    if (own && known && known.id !== own.id) throw signInAgain();
    const id = own?.id ?? known?.id ?? newId();
    const bound = sessionHash && !own && { organisationId, userId, deviceId: id, sessionHash };
    if (bound) await endEarlier(tx, bound, now);
    const sealContext = pushSubscriptionSealContext(organisationId, id);
    const values = {
      userId,
      pushSubscriptionSealed: await sealAt(services, tx, sealContext, JSON.stringify(input.pushSubscription)),
      endpointHash,
      vapidKeyId,
      lastSeenAt: now,
      goneAt: null,
      permission: "granted" as const,
    };
    const saved = own ?? known;
    if (saved) await updateDevice(tx, organisationId, id, { ...values, ...failuresFor(saved, values) });
    else await addDevice(ctx, tx, { ...values, organisationId, id, createdAt: now }, input);
    if (bound) await bindSession(tx, bound, now);
    return { id };
  });
}

const deviceDeactivated = () =>
  new ServiceError("device_deactivated", "Device deactivated. An admin of your team can activate it again.");

/** Locks the device of the session and returns it. Throws `sign_in_again` if the session has no device of the person. */
async function requireOwnDevice(
  tx: Transaction,
  organisationId: string,
  userId: string,
  sessionHash: Buffer | null,
): Promise<DeviceRow> {
  const id = sessionHash && (await getSessionDevice(tx, sessionHash));
  const own = id ? await lockDevice(tx, organisationId, id) : undefined;
  if (own?.userId !== userId) throw signInAgain();
  return own;
}

function readInput(services: Services, rawInput: unknown): DeviceInput {
  const parsed = DeviceInput.safeParse(rawInput);
  if (
    !parsed.success ||
    !isWebPushEndpoint(parsed.data.pushSubscription.endpoint, services.webPush.moreHosts)
  )
    throw new ServiceError(
      "invalid",
      "This browser named a push service that PocketSOC doesn't know, so it can't be reached. Whoever runs PocketSOC can add its host with POCKETSOC_PUSH_HOSTS.",
    );
  if (!isP256Point(parsed.data.pushSubscription.keys.p256dh))
    throw new ServiceError(
      "invalid",
      "This browser sent a key with which nothing can be encrypted for it, so no alert could reach it. Allow notifications here once more; if that doesn't help, use another browser.",
    );
  return parsed.data;
}

/** Returns the id of the current VAPID key. Throws `conflict` if `publicKey` is another key. */
async function requireCurrentKey(services: Services, publicKey: string): Promise<string> {
  const key = await currentVapidKey(services);
  if (!key || key.publicKey !== publicKey)
    throw new ServiceError(
      "conflict",
      "The portal's key for notifications has changed. Allow notifications here once more.",
    );
  return key.id;
}

/**
 * Returns the values that clear a device's failures if the device has a new person or a new push subscription, or was
 * unreachable. Otherwise returns no values.
 */
const failuresFor = (row: DeviceRow, next: Pick<DeviceRow, "userId" | "endpointHash">) =>
  row.userId === next.userId && row.endpointHash.equals(next.endpointHash) && !row.goneAt
    ? {}
    : { failures: 0, lastFailure: null };

async function addDevice(
  ctx: Context,
  tx: Transaction,
  values: Omit<Parameters<typeof insertDevice>[1], "name" | "platform">,
  { userAgent, hasTouch }: DeviceInput,
): Promise<void> {
  const own = await listDevicesOf(tx, values.organisationId, values.userId);
  if (own.filter(({ goneAt }) => !goneAt).length >= devicesMax)
    throw new ServiceError(
      "conflict",
      `Device limit reached: you have ${devicesMax} devices. Remove one that you don't use any more.`,
    );
  const platform = platformOf(userAgent, hasTouch);
  const name = cleanText(deviceName(userAgent, platform), 60);
  await insertDevice(tx, { ...values, name, platform });
  await recordAudit(ctx, tx, "device.added", { kind: "device", id: values.id }, { name, platform });
  await tellOfAddedDevice(ctx.services, tx, { ...values, deviceId: values.id });
}

type Bound = { organisationId: string; userId: string; deviceId: string; sessionHash: Buffer };

/** Marks the session's previous device as unreachable, because a browser has only one push subscription. */
async function endEarlier(
  tx: Transaction,
  { organisationId, userId, deviceId, sessionHash }: Bound,
  now: Date,
): Promise<void> {
  const earlierId = await getSessionDevice(tx, sessionHash);
  if (!earlierId || earlierId === deviceId) return;
  const earlier = await getDevice(tx, organisationId, earlierId);
  if (earlier?.userId === userId) await updateDevice(tx, organisationId, earlierId, { goneAt: now });
}

/**
 * Makes a device the session's device. Ends the person's other sessions with the same device, because a browser has
 * only one session.
 */
async function bindSession(
  tx: Transaction,
  { userId, deviceId, sessionHash }: Bound,
  now: Date,
): Promise<void> {
  if (!(await setSessionDevice(tx, sessionHash, deviceId)))
    throw new ServiceError(
      "unauthenticated",
      "Your session ended meanwhile, so this device wasn't saved. Sign in again.",
    );
  await revokeSessionsOn(tx, { userId, deviceId, exceptHash: sessionHash }, now);
}
