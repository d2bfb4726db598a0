import type { Services } from "../context.ts";
import { createFirstAdminLink } from "../sessions/login-link.ts";
import { ensureFirstOrganisation } from "./create.ts";

/**
 * What the first start does: gives the directory its organisation, and, when nobody is named its first
 * Admin, makes a one-time link for one. Returns the link's token, or null when none is needed.
 */
export async function prepareInstallation(
  services: Services,
  input: { tenantId: string; firstAdmin: string | null },
): Promise<string | null> {
  const first = await ensureFirstOrganisation(services, { name: "My organisation", ...input });
  if (!first.created || input.firstAdmin) return null;
  return createFirstAdminLink(services, first.id);
}
