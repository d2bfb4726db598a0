import { inOrganisation } from "#db/client.ts";
import { getUser, listMembers, listDirectoryOrganisations } from "#db/queries/identity/people.ts";
import { insertLoginLink, useLoginLink, voidFirstAdminLinks } from "#db/queries/identity/sessions.ts";
import { newToken, sha256 } from "#lib/platform/ids.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import type { Services } from "#lib/core/context.ts";
import { openSession } from "./sign-in.ts";

const breakGlassMs = 15 * 60_000;
const firstAdminMs = 24 * 3_600_000;

/** A one-time link that signs an Admin in without Microsoft, for when the portal's own secret has expired. */
export async function createBreakGlassLink(
  services: Services,
  directoryId: string,
  signInName: string | null,
) {
  for (const { organisationId } of await listDirectoryOrganisations(services.db, directoryId.toLowerCase())) {
    const admin = (await listMembers(services.db, organisationId)).find(
      (one) =>
        one.role === "admin" && (!signInName || one.signInName.toLowerCase() === signInName.toLowerCase()),
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
        expiresAt: new Date(now.getTime() + breakGlassMs),
      });
      const ctx = { services, actor: { kind: "system", name: "Operator", organisationId } } as const;
      await recordAudit(ctx, tx, "session.login_link_made", { kind: "user", id: admin.userId });
    });
    return { token, signInName: admin.signInName };
  }
  return null;
}

/** Signs in by a break-glass link, in place of the session that the browser held; null when it is unknown, used or too old. */
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
 * A one-time link that makes whoever signs in with it the organisation's first Admin; null when it has one.
 * An earlier one that nobody used is void.
 */
export async function createFirstAdminLink(
  services: Services,
  organisationId: string,
): Promise<string | null> {
  const members = await listMembers(services.db, organisationId);
  if (members.some((one) => one.role === "admin")) return null;
  const token = newToken();
  const now = services.now();
  await inOrganisation(services.db, organisationId, async (tx) => {
    await voidFirstAdminLinks(tx, organisationId, now);
    await insertLoginLink(tx, {
      tokenHash: sha256(token),
      organisationId,
      purpose: "first-admin",
      expiresAt: new Date(now.getTime() + firstAdminMs),
    });
  });
  return token;
}
