import { ServiceError } from "#lib/platform/errors.ts";
import type { Actor } from "#lib/core/context.ts";

/**
 * Returns the signed-in person behind an actor. Throws `forbidden` for programs and API tokens, because only people
 * have devices.
 */
export function ownerOf(actor: Actor): Extract<Actor, { kind: "user" }> {
  if (actor.kind === "user" && !actor.token) return actor;
  throw new ServiceError(
    "forbidden",
    "Devices belong to people. Sign in to the portal on the device itself.",
  );
}

export const deviceGone = () =>
  new ServiceError("not_found", "This device was removed, or it is none of yours. Reload the page.");
