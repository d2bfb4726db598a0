import type { SealContext } from "#lib/platform/crypto.ts";

/** What a device's sealed push subscription is bound to. */
export const pushSubscriptionSealContext = (organisationId: string, deviceId: string): SealContext => ({
  purpose: "push-subscription",
  organisationId,
  rowId: deviceId,
});
