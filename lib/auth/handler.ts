import "server-only";
import { httpStatus, ServiceError, type ServiceErrorCode } from "#lib/platform/errors.ts";
import type { Context } from "#lib/services/context.ts";
import { answerFor, isSameOrigin } from "./action.ts";
import { currentContext } from "./session.ts";

const noStore = { "cache-control": "no-store" };

/** The one wrapper of route handlers that answer a signed-in person; writes need our own Origin. */
export async function answer<T>(request: Request, verb: (ctx: Context) => Promise<T>): Promise<Response> {
  try {
    if (request.method !== "GET" && !(await isSameOrigin())) {
      throw new ServiceError(
        "forbidden",
        "This request didn't come from a page of this portal, so nothing was changed.",
      );
    }
    const ctx = await currentContext();
    if (!ctx) throw new ServiceError("unauthenticated", "Your session has ended. Sign in again.");
    return Response.json(await verb(ctx), { headers: noStore });
  } catch (error) {
    const { code, message, fields } = answerFor(error);
    const status = httpStatus[code as ServiceErrorCode] ?? 500;
    return Response.json({ error: { code, message, fields } }, { status, headers: noStore });
  }
}
