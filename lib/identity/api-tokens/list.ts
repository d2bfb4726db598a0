import { listLiveApiTokens } from "#db/queries/identity/api-tokens.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { ownerOf } from "./owner.ts";

async function listLive(ctx: Context, userId?: string) {
  const rows = await inOwnOrganisation(ctx, (tx) =>
    listLiveApiTokens(tx, ctx.actor.organisationId, ctx.services.now(), userId),
  );
  return rows.map(({ token, userName }) => ({
    id: token.id,
    userId: token.userId,
    userName,
    name: token.name,
    hint: token.hint,
    scopes: token.scopes,
    createdAt: token.createdAt.toISOString(),
    expiresAt: token.expiresAt.toISOString(),
    lastUsedAt: token.lastUsedAt?.toISOString() ?? null,
  }));
}

/** Lists the caller's own live tokens in this organisation, newest first. Throws ServiceError `forbidden`. */
export async function listTokens(ctx: Context) {
  authorise(ctx, "settings.own");
  return listLive(ctx, ownerOf(ctx.actor).userId);
}
export type TokenItem = Awaited<ReturnType<typeof listTokens>>[number];

/** Lists everyone's live tokens in this organisation for an admin, newest first. Throws ServiceError `forbidden`. */
export async function listOrganisationTokens(ctx: Context): Promise<TokenItem[]> {
  authorise(ctx, "settings.manage");
  ownerOf(ctx.actor);
  return listLive(ctx);
}
