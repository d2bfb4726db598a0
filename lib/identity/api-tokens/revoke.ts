import { revokeApiToken } from "#db/queries/identity/api-tokens.ts";
import { getUser } from "#db/queries/identity/people.ts";
import { hastenOutboxOf } from "#db/queries/triage/outbox.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation, isAllowed } from "#lib/core/context.ts";
import { ownerOf } from "./owner.ts";

const gone = () =>
  new ServiceError("not_found", "This token isn't here any more: it was revoked. Reload the page.");

/**
 * Revokes an API token of the caller. Status changes that were requested with it aren't sent any more. An admin can revoke every token of the organisation. Throws ServiceError
 * `forbidden` or `not_found`.
 */
export async function revokeToken(ctx: Context, rawId: unknown): Promise<void> {
  authorise(ctx, "settings.own");
  const { userId } = ownerOf(ctx.actor);
  const id = idOf(rawId, gone);
  const { organisationId } = ctx.actor;
  const only = isAllowed(ctx.actor, "settings.manage") ? undefined : userId;
  await inOwnOrganisation(ctx, async (tx) => {
    const token = await revokeApiToken(tx, organisationId, id, ctx.services.now(), only);
    if (!token) throw gone();
    await hastenOutboxOf(tx, organisationId, { userId: token.userId, tokenId: id });
    const owner = await getUser(tx, token.userId);
    await recordAudit(
      ctx,
      tx,
      "token.revoked",
      { kind: "token", id },
      { name: token.name, hint: token.hint, owner: owner?.displayName ?? "" },
    );
  });
}
