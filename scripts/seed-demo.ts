import { randomBytes } from "node:crypto";
import { openServices } from "#lib/services/open.ts";
import { ensureFirstOrganisation } from "#lib/services/organisations/create.ts";

/**
 * Gives the demo its organisation, Contoso; nothing when it has one. The keyring isn't used for that, so a
 * throw-away key stands in.
 */
export async function seedDemo(
  appUrl: string,
  tenantId = "4f6d1c1e-7a53-4a8e-9b5c-0c1d2e3f4a5b",
  firstAdmin = "admin@contoso.example",
): Promise<void> {
  const { services, handle } = openServices(
    {
      databaseUrl: appUrl,
      portalUrl: "http://localhost:3000",
      encryptionKeys: [{ id: "seed", key: randomBytes(32) }],
      azure: { authorityHost: "", resourceManagerEndpoint: "", portalUrl: "", overridden: false },
      undoHoldSeconds: 8,
    },
    "pocketsoc-seed",
  );
  try {
    await ensureFirstOrganisation(services, { name: "Contoso", tenantId, firstAdmin });
  } finally {
    await handle.close();
  }
}
