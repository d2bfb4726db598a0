import { inOrganisation } from "#db/client.ts";
import { listMembers, setFirstAdmin } from "#db/queries/identity/people.ts";
import type { Services } from "#lib/core/context.ts";
import { createFirstAdminLink } from "../sessions/login-link.ts";
import { ensureFirstOrganisation } from "./create.ts";

/**
 * What each start does: gives the directory its organisation, and, while that has no Admin, takes over whom
 * the settings name now, or makes a one-time link in place of an earlier one. Returns the link's token, or
 * null when none is needed.
 */
export async function prepareInstallation(
  services: Services,
  input: { directoryId: string; firstAdmin: string | null },
): Promise<string | null> {
  const { id } = await ensureFirstOrganisation(services, { name: "My organisation", ...input });
  const members = await listMembers(services.db, id);
  if (members.some((one) => one.role === "admin")) return null;
  const { firstAdmin } = input;
  if (!firstAdmin) return createFirstAdminLink(services, id);
  await inOrganisation(services.db, id, (tx) => setFirstAdmin(tx, id, firstAdmin));
  return null;
}
