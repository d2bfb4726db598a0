import { inOrganisation, withLock } from "#db/client.ts";
import { insertOrganisation } from "#db/queries/identity/organisations.ts";
import { listDirectoryOrganisations } from "#db/queries/identity/people.ts";
import { newId } from "#lib/platform/ids.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import type { Services } from "#lib/core/context.ts";

/**
 * Creates an organisation of a directory and returns its id. When the person with the sign-in name `firstAdmin` first
 * signs in, the person becomes the organisation's Admin. The comparison of sign-in names ignores case.
 */
export async function createOrganisation(
  services: Services,
  input: { name: string; directoryId: string; firstAdmin: string | null },
): Promise<string> {
  const id = newId();
  const ctx = { services, actor: { kind: "system", name: "PocketSOC", organisationId: id } } as const;
  await inOrganisation(services.db, id, async (tx) => {
    await insertOrganisation(tx, { ...input, id, directoryId: input.directoryId.toLowerCase() });
    await recordAudit(ctx, tx, "organisation.created", { kind: "organisation", id }, { name: input.name });
  });
  return id;
}

/**
 * Returns the directory's first organisation. Creates an organisation if the directory has none. Several programs may
 * call this function at once.
 */
export async function ensureFirstOrganisation(
  services: Services,
  input: { name: string; directoryId: string; firstAdmin: string | null },
): Promise<{ id: string; created: boolean }> {
  return withLock(services.db, "first-organisation", async () => {
    const [first] = await listDirectoryOrganisations(services.db, input.directoryId.toLowerCase());
    if (first) return { id: first.organisationId, created: false };
    return { id: await createOrganisation(services, input), created: true };
  });
}
