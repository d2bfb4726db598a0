import { randomBytes } from "node:crypto";
import { insertApiToken, listLiveApiTokens, lockMembership } from "#db/queries/identity/api-tokens.ts";
import { listSessionDevices } from "#db/queries/identity/sessions.ts";
import { liveTokensMax, requiredPermission, scopeLabel } from "#lib/domain/access-token.ts";
import { type Role, roleAllows, roleLabel } from "#lib/domain/roles.ts";
import { tokenHint, tokenText } from "#lib/domain/token-text.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { newId, sha256 } from "#lib/platform/ids.ts";
import { ApiTokenInput } from "#lib/schemas/api-token.ts";
import { fieldMessages } from "#lib/schemas/configuration.ts";
import { fieldsToFix } from "#lib/schemas/fields-to-fix.ts";
import { recordAudit } from "#lib/core/audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "#lib/core/context.ts";
import { ownerOf } from "./owner.ts";

const dayMs = 86_400_000;

/**
 * Creates an API token for the caller. The returned `text` is not stored, only its hash. Throws ServiceError `forbidden`, `invalid`,
 * or `conflict` if the caller has 25 live tokens.
 */
export async function createToken(ctx: Context, rawInput: unknown) {
  authorise(ctx, "settings.own");
  const { userId, sessionHash } = ownerOf(ctx.actor);
  const parsed = ApiTokenInput.safeParse(rawInput);
  if (!parsed.success) {
    const fields = fieldMessages(parsed.error);
    throw new ServiceError("invalid", fieldsToFix(Object.keys(fields).length), { fields });
  }
  const { name, scopes, expiresInDays } = parsed.data;
  const { organisationId } = ctx.actor;
  const now = ctx.services.now();
  const text = tokenText("access", randomBytes(32));
  const id = newId();
  const hint = tokenHint(text);
  const expiresAt = new Date(now.getTime() + expiresInDays * dayMs);
  await inOwnOrganisation(ctx, async (tx) => {
    // the current role, because the caller's page may be outdated
    refuseBeyondRole(await lockMembership(tx, organisationId, userId), scopes);
    if ((await listLiveApiTokens(tx, organisationId, now, userId)).length >= liveTokensMax)
      throw new ServiceError(
        "conflict",
        `You have ${liveTokensMax} tokens here already, as many as one person may have. Revoke one that nothing uses any more.`,
      );
    await insertApiToken(tx, organisationId, {
      tokenHash: sha256(text),
      id,
      userId,
      name,
      hint,
      scopes,
      deviceIds: sessionHash ? await listSessionDevices(tx, sessionHash) : [],
      createdAt: now,
      expiresAt,
    });
    await recordAudit(
      ctx,
      tx,
      "token.created",
      { kind: "token", id },
      { name, hint, scopes, expiresAt: expiresAt.toISOString() },
    );
  });
  return { id, text, name, hint, scopes, expiresAt: expiresAt.toISOString() };
}

function refuseBeyondRole(role: Role | null, asked: ApiTokenInput["scopes"]): void {
  if (!role)
    throw new ServiceError("forbidden", "You aren't in this organisation any more, so no token was made.");
  const beyond = asked.find((scope) => !roleAllows(role, requiredPermission[scope]));
  if (!beyond) return;
  const problem = `As ${roleLabel[role]} you can't give a token ${scopeLabel[beyond]}: it can't do more than you may.`;
  throw new ServiceError("invalid", problem, { fields: { scopes: problem } });
}
