import { z } from "zod";
import { devicePermissions } from "#lib/domain/device.ts";
import { limited, nameText } from "./limited.ts";

const base64url = (bytes: number) =>
  limited(200)
    .regex(/^[A-Za-z0-9_-]+={0,2}$/)
    .refine((text) => lengthOfBase64url(text) === bytes, `must be ${bytes} bytes`);

/** Returns how many bytes a base64url text encodes, whether it is padded or not. */
const lengthOfBase64url = (text: string) => Math.floor((text.replaceAll("=", "").length * 3) / 4);

/**
 * A browser's push subscription in the form of `PushSubscription.toJSON()`. `keys` has the browser's keys for
 * encryption (RFC 8291).
 */
export const PushSubscriptionFields = z.object({
  endpoint: limited(1_000),
  keys: z.object({ p256dh: base64url(65), auth: base64url(16) }),
});
export type PushSubscriptionFields = z.infer<typeof PushSubscriptionFields>;

export const DeviceInput = z.object({
  pushSubscription: PushSubscriptionFields,
  /** the VAPID key with which the browser subscribed */
  publicKey: limited(200),
  userAgent: limited(500),
  hasTouch: z.boolean(),
});
export type DeviceInput = z.infer<typeof DeviceInput>;

/** The permission that an unreachable browser reports. `granted` means that only the push subscription is missing. */
export const DeviceReport = z.enum(devicePermissions);
export type DeviceReport = z.infer<typeof DeviceReport>;

export const DeviceName = nameText(60, "Give it a name.", "At most 60 characters.");
