import { inOrganisation } from "#db/client.ts";
import { listMembers, setFirstAdmin } from "#db/queries/identity/people.ts";
import type { Services } from "#lib/core/context.ts";
import { createFirstAdminLink } from "../sessions/login-link.ts";
import { ensureFirstOrganisation } from "./create.ts";

/**
 * Prepares the installation at every start, and creates the directory's organisation if there is none. If the
 * organisation has no Admin and the settings name no first admin, returns the token of a new one-time link. Earlier
 * links then become invalid. Otherwise returns null.
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
