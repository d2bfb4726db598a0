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
import {
  countSealed,
  type KeyUse,
  openByKeyring,
  type Resealed,
  resealEach,
  sealByKeyring,
} from "#lib/core/keyring.ts";

const sealContext = (rowId: string) => ({ purpose: "vapid-private-key", organisationId: "", rowId }) as const;

const open = (services: Services, row: VapidKeyRow) =>
  openByKeyring(services, sealContext(row.id), row.privateSealed)?.toString("utf8") ?? null;

/**
 * Creates the first VAPID key pair of the installation. Never creates another one, even if the keyring opens no existing
 * pair: every device is bound to the pair that it subscribed with, and couldn't be sent anything. Logs the pairs that don't
 * open.
 */
export function ensureVapidKey(services: Services): Promise<void> {
  return withLock(services.db, "vapid-keys", async () => {
    const rows = await listVapidKeys(services.db);
    const ids = rows.filter((row) => open(services, row) === null).map(({ id }) => id);
    if (ids.length > 0) services.log("vapid_keys.unopened", { ids, of: rows.length });
    if (rows.length === 0) await insertNewKey(services);
  });
}

/**
 * Creates another VAPID key pair, for an operator who has lost the key that opens the existing pairs. Every device must
 * allow notifications again.
 */
export const replaceVapidKey = (services: Services): Promise<void> =>
  withLock(services.db, "vapid-keys", () => insertNewKey(services));

async function insertNewKey(services: Services): Promise<void> {
  const id = newId();
  const { publicKey, privateKey } = newVapidKeys();
  await insertVapidKey(services.db, {
    id,
    publicKey,
    privateSealed: sealByKeyring(services, sealContext(id), Buffer.from(privateKey, "utf8")),
    createdAt: services.now(),
  });
}

/** Counts the VAPID key pairs by the key that sealed them. */
export const countVapidKeys = async (services: Services): Promise<KeyUse[]> =>
  countSealed(
    services,
    (await listVapidKeys(services.db)).map(({ privateSealed }) => privateSealed),
  );

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

/**
 * Returns the VAPID key with which browsers subscribe now: the newest pair that the keyring opens. Returns null if there is
 * none.
 */
export async function currentVapidKey(services: Services): Promise<{ id: string; publicKey: string } | null> {
  const newest = (await listVapidKeys(services.db)).find((row) => open(services, row) !== null);
  return newest ? { id: newest.id, publicKey: newest.publicKey } : null;
}

/** Whether there are VAPID key pairs, but the keyring opens none of them. */
export async function isVapidKeyLocked(services: Services): Promise<boolean> {
  const rows = await listVapidKeys(services.db);
  return rows.length > 0 && rows.every((row) => open(services, row) === null);
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
