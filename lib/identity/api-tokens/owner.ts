import { ServiceError } from "#lib/platform/errors.ts";
import type { Actor } from "#lib/core/context.ts";

type Person = Extract<Actor, { kind: "user" }>;

/**
 * Returns the signed-in person behind an actor. Throws ServiceError `forbidden` for programs and API tokens, because only
 * signed-in people can manage API tokens.
 */
export function ownerOf(actor: Actor): Person {
  if (actor.kind === "user" && !actor.token) return actor;
  throw new ServiceError(
    "forbidden",
    "A personal access token can't make, list or revoke tokens. Sign in to the portal for that.",
  );
}
