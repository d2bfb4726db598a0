import { randomBytes } from "node:crypto";
import { openServices } from "#lib/core/open.ts";
import { noVendors } from "#lib/vendors/offer.ts";
import { ensureFirstOrganisation } from "#lib/identity/organisations/create.ts";
import { contoso } from "../emulator/azure/directory.ts";

/**
 * Creates the demo's organisation, Contoso, if it doesn't exist. A random key takes the place of the keyring, which isn't
 * needed here.
 */
export async function seedDemo(appUrl: string): Promise<void> {
  const { services, handle } = openServices(
    {
      databaseUrl: appUrl,
      portalUrl: "http://localhost:3000",
      encryptionKeys: [{ id: "seed", key: randomBytes(32) }],
      vendors: noVendors,
      undoSeconds: 8,
    },
    "pocketsoc-seed",
  );
  try {
    await ensureFirstOrganisation(services, {
      name: "Contoso",
      directoryId: contoso,
      firstAdmin: "admin@contoso.example",
    });
  } finally {
    await handle.close();
  }
}
