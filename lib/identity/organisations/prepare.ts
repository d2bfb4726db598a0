import { inOrganisation } from "#db/client.ts";
import { listMembers, setFirstAdmin } from "#db/queries/identity/people.ts";
import type { Services } from "#lib/core/context.ts";
import { createFirstAdminLink } from "../sessions/login-link.ts";
import { ensureFirstOrganisation } from "./create.ts";

/**
 * Prepares the installation at every start. Creates the directory's organisation if necessary. While it has no Admin, stores the
 * first admin named in the settings, or else creates a one-time link that voids earlier ones. Returns the link's token, or null.
 */
export async function prepareInstallation(
  services: Services,
  input: { directoryId: string; firstAdmin: string | null },
): Promise<string | null> {
  const { id } = await ensureFirstOrganisation(services, { name: "My organisation", ...input });
  const members = await listMembers(services.db, id);
  if (members.some(({ role }) => role === "admin")) return null;
  const { firstAdmin } = input;
  if (!firstAdmin) return createFirstAdminLink(services, id);
  await inOrganisation(services.db, id, (tx) => setFirstAdmin(tx, id, firstAdmin));
  return null;
}
