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
      // only 408 closes: closing while the client still sends, as with a body that is too long, resets the connection and
      // loses the answer, so the rest of such a body is read and dropped
      ...(status === 408 ? { connection: "close" } : {}),
    },
  });
}

const bearer = (request: Request) =>
  /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";

/**
 * Receives a delivery at the webhook's address. The path contains the webhook's id, and the token unless the Authorization
 * header has it. A longer path gets the same answer as an unknown token.
 */
export const POST: Handler = async (request, { params }) => {
  const [webhook = "", token = bearer(request), ...more] = (await params).path;
  const { headers, body } = request;
  return respond(
    await receiveDelivery(getServices(), { webhook, token: more.length > 0 ? "" : token, headers, body }),
  );
};

const refuse: Handler = async () =>
  new Response("Only POST is allowed here.\n", {
    status: 405,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", allow: "POST" },
  });
export const GET = refuse;
export const HEAD = refuse;
export const PUT = refuse;
export const PATCH = refuse;
export const DELETE = refuse;
export const OPTIONS = refuse;
