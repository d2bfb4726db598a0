import { z } from "zod";
import { devicePermissions } from "#lib/domain/device.ts";

const base64url = (bytes: number) =>
  z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9_-]+={0,2}$/)
    .refine(
      (text) => Math.floor((text.replace(/=+$/, "").length * 3) / 4) === bytes,
      `must be ${bytes} bytes`,
    );

/**
 * A browser's push subscription in the form of `PushSubscription.toJSON()`. `keys` has the browser's keys for
 * encryption (RFC 8291).
 */
export const PushSubscriptionFields = z.object({
  endpoint: z.string().max(1_000),
  keys: z.object({ p256dh: base64url(65), auth: base64url(16) }),
});
export type PushSubscriptionFields = z.infer<typeof PushSubscriptionFields>;

export const DeviceInput = z.object({
  pushSubscription: PushSubscriptionFields,
  /** the VAPID key with which the browser subscribed */
  publicKey: z.string().max(200),
  userAgent: z.string().max(500),
  hasTouch: z.boolean(),
});
export type DeviceInput = z.infer<typeof DeviceInput>;

/** The permission that an unreachable browser reports. `granted` means that only the push subscription is missing. */
export const DeviceReport = z.enum(devicePermissions);
export type DeviceReport = z.infer<typeof DeviceReport>;

export const DeviceName = z.string().trim().min(1, "Give it a name.").max(60, "At most 60 characters.");
