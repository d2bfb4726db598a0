import type { SealContext } from "#lib/platform/crypto.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Actor } from "#lib/core/context.ts";

/** The signed-in person whose browser asks. Throws `forbidden` for programs, and for tokens: they have no browser. */
export function ownerOf(actor: Actor): Extract<Actor, { kind: "user" }> {
  if (actor.kind === "user" && !actor.token) return actor;
  throw new ServiceError(
    "forbidden",
    "Devices belong to people. Sign in to the portal on the device itself.",
  );
}

export const deviceGone = () =>
  new ServiceError("not_found", "This device was removed, or it is none of yours. Reload the page.");

/** Where a device's sealed subscription belongs. */
export const subscriptionPlace = (organisationId: string, rowId: string): SealContext => ({
  purpose: "push-subscription",
  organisationId,
  rowId,
});
