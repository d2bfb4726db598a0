import { gunzipSync, gzipSync } from "node:zlib";
import { seal, type SealContext, unsealOrNull } from "#lib/platform/crypto.ts";
import type { Services } from "../context.ts";

const place = (organisationId: string, rowId: string): SealContext => ({
  purpose: "webhook-body",
  organisationId,
  rowId,
});

/** A body as it waits in the inbox: gzipped, and sealed by the keyring, since nobody's data key is read at the door. */
export function sealBody(services: Services, organisationId: string, id: string, bytes: Uint8Array): Buffer {
  const [key] = services.keyring;
  if (!key) throw new Error("the keyring is empty");
  return seal(key, place(organisationId, id), gzipSync(bytes, { level: 1 }));
}

/** A body out of the inbox, and gzipped as it is kept; null when no key of the keyring opens it. */
export function openBody(
  services: Services,
  row: { organisationId: string; id: string; body: Buffer },
): { bytes: Buffer; gzipped: Buffer } | null {
  const gzipped = unsealOrNull(services.keyring, place(row.organisationId, row.id), row.body);
  return gzipped && { bytes: gunzipSync(gzipped), gzipped };
}
