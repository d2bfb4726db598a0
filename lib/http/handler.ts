import "server-only";
import { httpStatus, ServiceError, type ServiceErrorCode } from "#lib/platform/errors.ts";
import type { Context } from "#lib/core/context.ts";
import { answerFor, isFromOtherSite, logRefusal, requireSameOrigin } from "./action.ts";
import { countPageRequest, TooManyRequests } from "./api-limits.ts";
import { otherReader, renderedForHeader } from "#lib/domain/rendered-for.ts";
import { currentContext, refusalOfPage } from "#lib/auth/session.ts";

const noStore = { "cache-control": "no-store" };

/** An answer that the browser saves as a file named `name`. */
export class Download {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly name: string;

  constructor(body: string | Uint8Array<ArrayBuffer>, type: string, name: string) {
    this.body = body;
    this.type = type;
    this.name = name;
  }

  response(): Response {
    const charset = typeof this.body === "string" ? "; charset=utf-8" : "";
    return new Response(this.body, {
      headers: {
        ...noStore,
        "content-type": `${this.type}${charset}`,
        "content-disposition": `attachment; filename="${this.name}"`,
        "x-content-type-options": "nosniff",
      },
    });
  }
}

/** Thrown if the page that sent a request was rendered for another organisation or person than the session has now. */
class OtherReader extends ServiceError {}

/**
 * The wrapper of route handlers for signed-in people. Calls `verb` with the context, and answers with the returned value as
 * JSON or as a download. A request by any method but GET must come from a page of this portal, and no request may come from
 * another site: a link there must not download files or write audit entries in the person's name. A page that was rendered for
 * another organisation or person gets 409.
 */
export async function answer<T>(request: Request, verb: (ctx: Context) => Promise<T>): Promise<Response> {
  let ctx: Context | null = null;
  try {
    if (request.method !== "GET") await requireSameOrigin();
    if (isFromOtherSite(request.headers))
      throw new ServiceError(
        "forbidden",
        "Another site led here, so nothing was done. Open the page in PocketSOC and try from there.",
      );
    ctx = await currentContext(request.method);
    if (!ctx) throw new ServiceError("unauthenticated", "Your session has ended. Sign in again.");
    const refusal = await refusalOfPage(ctx.actor);
    if (refusal) throw new OtherReader("conflict", refusal);
    await countPageRequest(ctx.actor, request.method === "GET" ? "reads" : "actions");
    const value = await verb(ctx);
    if (value instanceof Download) return value.response();
    return Response.json(value, { headers: noStore });
  } catch (error) {
    logRefusal("handler", error, ctx ?? undefined);
    const progress = request.method === "GET" ? "reading" : ctx ? "begun" : "before";
    const { code, message, fields } = answerFor(error, progress);
    const status = httpStatus[code as ServiceErrorCode] ?? 500;
    const headers = new Headers(noStore);
    if (error instanceof OtherReader) headers.set(renderedForHeader, otherReader);
    if (error instanceof TooManyRequests) headers.set("retry-after", String(error.retryAfterSeconds));
    return Response.json({ error: { code, message, fields } }, { status, headers });
  }
}
