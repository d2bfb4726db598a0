import type { SealContext } from "#lib/platform/crypto.ts";

/** Returns the purpose and row for which a device's push subscription is sealed. */
export const pushSubscriptionSealContext = (organisationId: string, deviceId: string): SealContext => ({
  purpose: "push-subscription",
  organisationId,
  rowId: deviceId,
});
