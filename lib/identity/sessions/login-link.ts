import { inOrganisation } from "#db/client.ts";
import { getUser, listMembers, listDirectoryOrganisations } from "#db/queries/identity/people.ts";
import { insertLoginLink, useLoginLink, voidFirstAdminLinks } from "#db/queries/identity/sessions.ts";
import { newToken, sha256 } from "#lib/platform/ids.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import type { Services } from "#lib/core/context.ts";
import { openSession } from "./sign-in.ts";

const linkMs = 15 * 60_000;

/**
 * Creates a one-time link with which an Admin signs in without Microsoft, for example after the portal's own secret has
 * expired. The link is valid for 15 minutes. Returns the link's token and the Admin's sign-in name, or null if the
 * directory has no such Admin.
 */
export async function createBreakGlassLink(
  services: Services,
  directoryId: string,
  signInName: string | null,
) {
  for (const { organisationId } of await listDirectoryOrganisations(services.db, directoryId.toLowerCase())) {
    const admin = (await listMembers(services.db, organisationId)).find(
      (member) =>
        member.role === "admin" &&
        (!signInName || member.signInName.toLowerCase() === signInName.toLowerCase()),
    );
    if (!admin) continue;
    const token = newToken();
    const now = services.now();
    await inOrganisation(services.db, organisationId, async (tx) => {
      await insertLoginLink(tx, {
        tokenHash: sha256(token),
        organisationId,
        purpose: "break-glass",
        userId: admin.userId,
        expiresAt: new Date(now.getTime() + linkMs),
      });
      const ctx = { services, actor: { kind: "system", name: "Operator", organisationId } } as const;
      await recordAudit(ctx, tx, "session.login_link_made", { kind: "user", id: admin.userId });
    });
    return { token, signInName: admin.signInName };
  }
  return null;
}

/**
 * Signs a person in with a break-glass link, and revokes the browser's previous session (`replaces`). Returns the new
 * session's id, or null if the link is unknown, used or expired.
 */
export async function useBreakGlassLink(
  services: Services,
  token: string,
  userAgent: string,
  replaces: string | null = null,
): Promise<string | null> {
  const link = await useLoginLink(services.db, sha256(token), "break-glass", services.now());
  const user = link?.userId ? await getUser(services.db, link.userId) : undefined;
  if (!link || !user) return null;
  return openSession(services, user, link.organisationId, userAgent, { how: "login_link", replaces });
}

/**
 * Creates a one-time link that makes the person who uses it the organisation's first Admin. The link is valid for
 * 15 minutes. Earlier unused links become invalid. Returns the link's token, or null if the organisation has an Admin.
 */
export async function createFirstAdminLink(
  services: Services,
  organisationId: string,
): Promise<string | null> {
  const members = await listMembers(services.db, organisationId);
  if (members.some(({ role }) => role === "admin")) return null;
  const token = newToken();
  const now = services.now();
  await inOrganisation(services.db, organisationId, async (tx) => {
    await voidFirstAdminLinks(tx, organisationId, now);
    await insertLoginLink(tx, {
      tokenHash: sha256(token),
      organisationId,
      purpose: "first-admin",
      expiresAt: new Date(now.getTime() + linkMs),
    });
  });
  return token;
}
