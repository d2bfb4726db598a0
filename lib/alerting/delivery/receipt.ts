import { z } from "zod";
import { inOrganisation } from "#db/client.ts";
import { updateDevice } from "#db/queries/alerting/devices.ts";
import { recordReceiptOf } from "#db/queries/alerting/notifications.ts";
import { sameBytes } from "#lib/platform/ids.ts";
import type { Services } from "#lib/core/context.ts";
import { hashesByKeyring } from "#lib/core/keyring.ts";

const separator = ".";
const Parts = z.tuple([z.uuid(), z.uuid(), z.string().max(100)]);

const signatures = (services: Services, organisationId: string, id: string) =>
  hashesByKeyring(services, "notification-receipt", `${organisationId}.${id}`);

/** A text by which a device says that it showed or opened this very notification, signed by the keyring's first key. */
export function receiptOf(services: Services, organisationId: string, id: string): string {
  const [signature] = signatures(services, organisationId, id);
  if (!signature) throw new Error("the keyring is empty");
  return [organisationId, id, signature.toString("base64url")].join(separator);
}

export const ReceiptKind = z.enum(["shown", "opened"]);

/** Which notification a receipt is of; null for a text that we didn't sign. */
export function readReceipt(services: Services, text: string): { organisationId: string; id: string } | null {
  const parts = Parts.safeParse(text.split(separator));
  if (!parts.success) return null;
  const [organisationId, id, signature] = parts.data;
  const given = Buffer.from(signature, "base64url");
  const isOurs = signatures(services, organisationId, id).some((one) => sameBytes(one, given));
  return isOurs ? { organisationId, id } : null;
}

/**
 * Notes that a notification was shown or opened; each counts once, and a device that says so is proved. False for a
 * text that we didn't sign. Nobody has to be signed in: a device that shows it may be locked.
 */
export async function recordReceipt(
  services: Services,
  text: string,
  what: z.infer<typeof ReceiptKind>,
): Promise<boolean> {
  const read = readReceipt(services, text);
  if (!read) return false;
  const { organisationId, id } = read;
  await inOrganisation(services.db, organisationId, async (tx) => {
    const now = services.now();
    const deviceId = await recordReceiptOf(tx, organisationId, id, what, now);
    if (deviceId) await updateDevice(tx, organisationId, deviceId, { lastShownAt: now });
  });
  return true;
}
