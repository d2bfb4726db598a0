import { type Transaction, withLock } from "#db/client.ts";
import {
  getVapidKey,
  insertVapidKey,
  listVapidKeys,
  resealVapidKey,
  type VapidKeyRow,
} from "#db/queries/alerting/vapid-keys.ts";
import { newId } from "#lib/platform/ids.ts";
import { newVapidKeys } from "#lib/platform/web-push-sender.ts";
import type { Services } from "#lib/core/context.ts";
import { openByKeyring, type Resealed, resealEach, sealByKeyring } from "#lib/core/keyring.ts";

const sealContext = (rowId: string) => ({ purpose: "vapid-private-key", organisationId: "", rowId }) as const;

const open = (services: Services, row: VapidKeyRow) =>
  openByKeyring(services, sealContext(row.id), row.privateSealed)?.toString("utf8") ?? null;

/** Creates a VAPID key pair if there is none or the keyring can't open the newest one. */
export function ensureVapidKey(services: Services): Promise<void> {
  return withLock(services.db, "vapid-keys", async () => {
    const [newest] = await listVapidKeys(services.db);
    if (newest && open(services, newest) !== null) return;
    const id = newId();
    const { publicKey, privateKey } = newVapidKeys();
    await insertVapidKey(services.db, {
      id,
      publicKey,
      privateSealed: sealByKeyring(services, sealContext(id), Buffer.from(privateKey, "utf8")),
      createdAt: services.now(),
    });
  });
}

/**
 * Reseals the private keys of all VAPID key pairs with the keyring's first key. Old pairs are kept for the devices that
 * subscribed with them.
 */
export async function resealVapidKeys(services: Services): Promise<Resealed> {
  return resealEach(services, await listVapidKeys(services.db), {
    place: ({ id }) => sealContext(id),
    sealed: ({ privateSealed }) => privateSealed,
    write: ({ id, privateSealed }, sealed) => resealVapidKey(services.db, id, privateSealed, sealed),
  });
}

/** Returns the VAPID key with which browsers subscribe now. Returns null if there is none yet. */
export async function currentVapidKey(services: Services): Promise<{ id: string; publicKey: string } | null> {
  const [newest] = await listVapidKeys(services.db);
  return newest ? { id: newest.id, publicKey: newest.publicKey } : null;
}

/** Returns a VAPID key pair to send with. Returns null if the keyring can't open the private key. */
export async function openVapidKey(
  services: Services,
  tx: Transaction,
  id: string,
): Promise<{ publicKey: string; privateKey: string } | null> {
  const row = await getVapidKey(tx, id);
  const privateKey = row && open(services, row);
  return row && privateKey ? { publicKey: row.publicKey, privateKey } : null;
}
