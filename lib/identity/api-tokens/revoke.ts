import { revokeApiToken } from "#db/queries/identity/api-tokens.ts";
import { getUser } from "#db/queries/identity/people.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, idOf, inOwnOrganisation, isAllowed } from "#lib/core/context.ts";
import { ownerOf } from "./owner.ts";

const gone = () =>
  new ServiceError("not_found", "This token isn't here any more: it was revoked. Reload the page.");

/**
 * Ends a token from its next request: one's own, or for who manages the organisation anyone's in it. Throws
 * `forbidden`, and `not_found` for what isn't theirs to end.
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
