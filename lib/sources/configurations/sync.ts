import { mayRead } from "#lib/domain/access.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import { type Context, idOf } from "#lib/core/context.ts";
import { requestSync } from "./change.ts";
import { listVisibleConfigurations } from "./list-visible.ts";

const gone = () =>
  new ServiceError(
    "not_found",
    "This configuration isn't in your organisation, was deleted, or your account may not see it. List the configurations to see which there are.",
  );

/**
 * Makes one configuration due to be polled now. Throws ServiceError `not_found`, or `conflict` if the configuration is
 * disabled.
 */
export async function syncConfiguration(ctx: Context, rawId: unknown): Promise<{ asked: number }> {
  const id = idOf(rawId, gone);
  const { asked } = await requestSync(ctx, [id]);
  if (asked > 0) return { asked };
  const found = (await listVisibleConfigurations(ctx)).find((configuration) => configuration.id === id);
  if (!found || !mayRead(found.access)) throw gone();
  throw new ServiceError(
    "conflict",
    `“${found.displayName}” is disabled, so nothing is read from it. An admin can enable it under Settings.`,
  );
}
