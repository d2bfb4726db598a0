import { z } from "zod";
import { isTimeZone } from "#lib/domain/on-call-hours.ts";
import { devicePermissions } from "#lib/domain/device.ts";
import { namedSeverities } from "#lib/domain/severity.ts";

const base64url = (bytes: number) =>
  z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9_-]+={0,2}$/)
    .refine(
      (text) => Math.floor((text.replace(/=+$/, "").length * 3) / 4) === bytes,
      `must be ${bytes} bytes`,
    );

/** A browser's push subscription, as `PushSubscription.toJSON()` has it: P-256 point and secret of RFC 8291. */
export const WebPushSubscriptionInput = z.object({
  endpoint: z.string().max(1_000),
  keys: z.object({ p256dh: base64url(65), auth: base64url(16) }),
});
export type WebPushSubscriptionInput = z.infer<typeof WebPushSubscriptionInput>;

export const DeviceInput = z.object({
  subscription: WebPushSubscriptionInput,
  /** the key that it subscribed with */
  publicKey: z.string().max(200),
  userAgent: z.string().max(500),
  hasTouch: z.boolean(),
});
export type DeviceInput = z.infer<typeof DeviceInput>;

const WishedSeverity = z.enum(namedSeverities);
/** by the quarter, as time zones' offsets are */
const quarter = z
  .string()
  .regex(/^([01]\d|2[0-3]):(00|15|30|45)$/, "Times are quarters of an hour, like 08:00 or 17:45.");
const HoursInput = z.object({
  timeZone: z
    .string()
    .max(100)
    .refine(isTimeZone, "This time zone isn't known here. Choose one of the list."),
  windows: z
    .array(z.object({ day: z.int().min(0).max(6), from: quarter, to: quarter }))
    .min(1, "Add at least one window, or choose Always.")
    .max(50, "At most 50 windows a week."),
});
/** What a browser that can't be reached says: its permission, which is `granted` where only the subscription is missing. */
export const DeviceReport = z.enum(devicePermissions);
export type DeviceReport = z.infer<typeof DeviceReport>;

export const PreferencesInput = z
  .object({
    isOn: z.boolean(),
    severities: z.array(WishedSeverity).max(4),
    configurationIds: z.array(z.uuid()).max(500).nullable(),
    hours: HoursInput.nullable(),
    through: z.array(WishedSeverity).max(4),
  })
  .refine(({ isOn, severities }) => !isOn || severities.length > 0, {
    error: "Choose at least one severity, or switch notifications off.",
  })
  .refine(({ isOn, configurationIds }) => !isOn || configurationIds?.length !== 0, {
    error: "Choose at least one configuration, or all of them.",
  });
export type PreferencesInput = z.infer<typeof PreferencesInput>;

const minutes = (name: string, most: number) => {
  const error = `${name}: whole minutes between 1 and ${most}.`;
  return z.int({ error }).min(1, { error }).max(most, { error });
};
export const PolicyInput = z.object({
  freshMinutes: minutes("Too old to ring", 1_440),
  escalateMinutes: minutes("Until more people are told", 240),
  isPrivate: z.boolean(),
});
export type PolicyInput = z.infer<typeof PolicyInput>;

export const DeviceName = z.string().trim().min(1, "Give it a name.").max(60, "At most 60 characters.");
