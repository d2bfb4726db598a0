import { lockOpenNotice } from "#db/queries/notices.ts";
import { hastenNotification } from "#db/queries/notification-queue.ts";
import { getWishes, putWishes } from "#db/queries/notification-wishes.ts";
import { usualWishes, type Wishes } from "#lib/domain/audience.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { WishesInput } from "#lib/schemas/device.ts";
import { recordAudit } from "../audit/record.ts";
import { authorise, type Context, inOwnOrganisation } from "../context.ts";
import { ownerOf } from "../devices/owner.ts";

/** What the person who asks wishes to be told of. */
export async function getOwnWishes(ctx: Context): Promise<Wishes> {
  authorise(ctx, "settings.own");
  const { userId, organisationId } = ownerOf(ctx.actor);
  return (await inOwnOrganisation(ctx, (tx) => getWishes(tx, organisationId, userId))) ?? usualWishes;
}

/** Changes that. Throws `invalid`. */
export async function setOwnWishes(ctx: Context, rawInput: unknown): Promise<void> {
  authorise(ctx, "settings.own");
  const { userId, organisationId } = ownerOf(ctx.actor);
  const parsed = WishesInput.safeParse(rawInput);
  if (!parsed.success)
    throw new ServiceError(
      "invalid",
      parsed.error.issues[0]?.message ?? "That can't be read. Reload the page and try again.",
    );
  await inOwnOrganisation(ctx, async (tx) => {
    await putWishes(tx, organisationId, userId, parsed.data, ctx.services.now());
    // what waits for hours that are others now is looked at again
    const about = { kind: "digest", configurationId: null, userId } as const;
    const digest = await lockOpenNotice(tx, organisationId, about);
    if (digest) await hastenNotification(tx, "notice", digest.id);
    await recordAudit(ctx, tx, "notifications.changed", { kind: "user", id: userId }, parsed.data);
  });
}
