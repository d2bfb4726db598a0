import "server-only";
import { type WebhookAnswer, receiveDelivery } from "#lib/ingest/receive/receive.ts";
import { getServices } from "#lib/auth/services.ts";

type Handler = (request: Request, context: { params: Promise<{ path: string[] }> }) => Promise<Response>;

function respond({ status, sentence, retryAfterSeconds }: WebhookAnswer): Response {
  return new Response(`${sentence}\n`, {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      ...(retryAfterSeconds ? { "retry-after": String(retryAfterSeconds) } : {}),
      // a body that is too long is read on and thrown away: closed at once, a connection whose client still sends is
      // reset, and the answer is lost with it
      ...(status === 408 ? { connection: "close" } : {}),
    },
  });
}

const bearer = (request: Request) =>
  /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";

/**
 * Takes a delivery: the address is the webhook and the token, or the webhook alone with the token as the bearer of the
 * Authorization header. A longer one is as unknown as any other, with the same words.
 */
export const POST: Handler = async (request, { params }) => {
  const [webhook = "", token = bearer(request), ...more] = (await params).path;
  const { headers, body } = request;
  return respond(
    await receiveDelivery(getServices(), { webhook, token: more.length > 0 ? "" : token, headers, body }),
  );
};

const refuse: Handler = async () =>
  new Response("Only POST is done here.\n", {
    status: 405,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", allow: "POST" },
  });
export const GET = refuse;
export const HEAD = refuse;
export const PUT = refuse;
export const PATCH = refuse;
export const DELETE = refuse;
export const OPTIONS = refuse;
