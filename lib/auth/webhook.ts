import "server-only";
import { type DoorAnswer, receiveDelivery } from "#lib/services/webhooks/receive.ts";
import { getServices } from "./services.ts";

type Handler = (
  request: Request,
  context: { params: Promise<{ webhook: string; token?: string }> },
) => Promise<Response>;

function respond({ status, sentence, retryAfterSeconds }: DoorAnswer): Response {
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

/** Takes a delivery: the token is the address's last segment, or the bearer of the Authorization header. */
export const POST: Handler = async (request, { params }) => {
  const { webhook, token } = await params;
  const { headers, body } = request;
  return respond(
    await receiveDelivery(getServices(), { webhook, token: token ?? bearer(request), headers, body }),
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
