import { z } from "zod";
import { limited } from "#lib/schemas/limited.ts";
import { inOrganisation } from "#db/client.ts";
import { updateDevice } from "#db/queries/alerting/devices.ts";
import { recordReceiptOf } from "#db/queries/alerting/notifications.ts";
import { sameBytes } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { hashesByKeyring } from "#lib/core/keyring.ts";

const separator = ".";
const Parts = z.tuple([z.uuid(), z.uuid(), limited(100)]);

const signatures = (services: Services, organisationId: string, id: string) =>
  hashesByKeyring(services, "notification-receipt", `${organisationId}.${id}`);

/**
 * Returns a notification's receipt, signed with the keyring's first key. The device sends it back when it shows or
 * opens the notification.
 */
export function receiptOf(services: Services, organisationId: string, id: string): string {
  const [signature] = signatures(services, organisationId, id);
  if (!signature) throw new Error("the keyring is empty");
  return [organisationId, id, signature.toString("base64url")].join(separator);
}

export const ReceiptKind = z.enum(["shown", "opened"]);

/** Returns the organisation and the notification of a receipt, or null if we didn't sign the receipt. */
export function readReceipt(
  services: Services,
  receipt: string,
): { organisationId: string; id: string } | null {
  const parts = Parts.safeParse(receipt.split(separator));
  if (!parts.success) return null;
  const [organisationId, id, signature] = parts.data;
  const given = Buffer.from(signature, "base64url");
  const isOurs = signatures(services, organisationId, id).some((own) => sameBytes(own, given));
  return isOurs ? { organisationId, id } : null;
}

/**
 * Records that a notification was shown or opened, and verifies its device. Returns false if we didn't sign the
 * receipt. Needs no session.
 */
export async function recordReceipt(
  services: Services,
  receipt: string,
  kind: z.infer<typeof ReceiptKind>,
): Promise<boolean> {
  const read = readReceipt(services, receipt);
  if (!read) return false;
  const { organisationId, id } = read;
  await inOrganisation(services.db, organisationId, async (tx) => {
    const now = services.now();
    const deviceId = await recordReceiptOf(tx, organisationId, id, kind, now);
    if (deviceId) await updateDevice(tx, organisationId, deviceId, { lastShownAt: now });
  });
  return true;
}
