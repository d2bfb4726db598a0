import { gunzipSync, gzipSync } from "node:zlib";
import { inOrganisation } from "#db/client.ts";
import { lockSealedWithOtherKey, resealDelivery } from "#db/queries/ingest/inbox.ts";
import type { Services } from "#lib/core/context.ts";
import { firstMark, openByKeyring, type Resealed, resealEach, sealByKeyring } from "#lib/core/keyring.ts";

/** the number of bodies that are resealed in one transaction; a body may have 1 MiB */
const batchLimit = 20;

const place = (organisationId: string, rowId: string) =>
  ({ purpose: "webhook-body", organisationId, rowId }) as const;

/** Gzips a body and seals it for the inbox. Uses the keyring, because the receiver may not read data keys. */
export function sealBody(services: Services, organisationId: string, id: string, bytes: Uint8Array): Buffer {
  return sealByKeyring(services, place(organisationId, id), gzipSync(bytes, { level: 1 }));
}

/**
 * Opens the body of an inbox row. Returns the body both plain and gzipped, or null if no key of the keyring opens it.
 */
export function openBody(
  services: Services,
  row: { organisationId: string; id: string; body: Buffer },
): { bytes: Buffer; gzipped: Buffer } | null {
  const gzipped = openByKeyring(services, place(row.organisationId, row.id), row.body);
  return gzipped && { bytes: gunzipSync(gzipped), gzipped };
}

/**
 * Reseals the bodies of an organisation's waiting deliveries with the keyring's first key. Skips bodies that the first
 * key has already sealed.
 */
export async function resealBodies(
  services: Services,
  organisationId: string,
  signal: AbortSignal,
): Promise<Resealed> {
  const tally = { resealed: 0, unopened: 0 };
  for (let after: number | undefined = 0; after !== undefined; ) {
    signal.throwIfAborted();
    const from: number = after;
    after = await inOrganisation(services.db, organisationId, async (tx) => {
      const rows = await lockSealedWithOtherKey(tx, organisationId, firstMark(services), from, batchLimit);
      const done = await resealEach(services, rows, {
        place: ({ id }) => place(organisationId, id),
        sealed: ({ body }) => body,
        write: ({ arrival }, sealed) => resealDelivery(tx, arrival, sealed),
      });
      tally.resealed += done.resealed;
      tally.unopened += done.unopened;
      return rows.at(-1)?.arrival;
    });
  }
  return tally;
}
