import type { SealContext } from "#lib/platform/crypto.ts";

/** The seal context of a device's push subscription. */
export const pushSubscriptionSealContext = (organisationId: string, deviceId: string): SealContext => ({
  purpose: "push-subscription",
  organisationId,
  rowId: deviceId,
});
