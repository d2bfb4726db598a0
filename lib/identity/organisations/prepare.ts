import { inOrganisation } from "#db/client.ts";
import { listMembers, setFirstAdmin } from "#db/queries/identity/people.ts";
import type { Services } from "#lib/core/context.ts";
import { createFirstAdminLink } from "../sessions/login-link.ts";
import { ensureFirstOrganisation } from "./create.ts";

/**
 * Prepares the installation at every start. Creates the directory's organisation if the directory has none. If the
 * organisation has no Admin, stores the first admin that the settings name; if the settings name nobody, creates a one-time
 * link, voids earlier ones and returns the link's token. Otherwise returns null.
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
