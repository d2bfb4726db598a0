import { encode } from "next-auth/jwt";
import { getUser } from "#db/queries/identity/people.ts";
import type { Context, Services } from "#lib/core/context.ts";
import { openSession } from "#lib/identity/sessions/sign-in.ts";

/** Opens a session for the person of a context. Returns the cookie that a browser then has. */
export async function cookieOf(services: Services, { actor }: Context, secret = ""): Promise<string> {
  const user = actor.kind === "user" ? await getUser(services.db, actor.userId) : undefined;
  if (!user) throw new Error("no person");
  const sessionId = await openSession(services, user, actor.organisationId, "test");
  return `pocketsoc.session=${await encode({ token: { sessionId }, secret })}`;
}
