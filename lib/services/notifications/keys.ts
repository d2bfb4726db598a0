import { type Transaction, withLock } from "#db/client.ts";
import { getVapidKey, insertVapidKey, listVapidKeys, type VapidKeyRow } from "#db/queries/vapid-keys.ts";
import { seal, type SealContext, unsealOrNull } from "#lib/platform/crypto.ts";
import { newId } from "#lib/platform/ids.ts";
import { newVapidKeys } from "#lib/platform/push-sender.ts";
import type { Services } from "../context.ts";

const place = (rowId: string): SealContext => ({
  purpose: "vapid-private-key",
  organisationId: "",
  rowId,
});

const open = (services: Services, row: VapidKeyRow) =>
  unsealOrNull(services.keyring, place(row.id), row.privateSealed)?.toString("utf8") ?? null;

/** Sees that there is a pair of VAPID keys that the keyring opens, making one at the first start. */
export function ensureVapidKey(services: Services): Promise<void> {
  return withLock(services.db, "vapid-keys", async () => {
    const [newest] = await listVapidKeys(services.db);
    if (newest && open(services, newest) !== null) return;
    const [key] = services.keyring;
    if (!key) throw new Error("the keyring is empty");
    const id = newId();
    const { publicKey, privateKey } = newVapidKeys();
    await insertVapidKey(services.db, {
      id,
      publicKey,
      privateSealed: seal(key, place(id), Buffer.from(privateKey, "utf8")),
      createdAt: services.now(),
    });
  });
}

/** The key that a browser subscribes with now; null before the worker's first start. */
export async function currentVapidKey(services: Services): Promise<{ id: string; publicKey: string } | null> {
  const [newest] = await listVapidKeys(services.db);
  return newest ? { id: newest.id, publicKey: newest.publicKey } : null;
}

/** A pair of keys, for sending; null when it is gone or no key of the keyring opens it. */
export async function openVapidKey(
  services: Services,
  tx: Transaction,
  id: string,
): Promise<{ publicKey: string; privateKey: string } | null> {
  const row = await getVapidKey(tx, id);
  const privateKey = row && open(services, row);
  return row && privateKey ? { publicKey: row.publicKey, privateKey } : null;
}
