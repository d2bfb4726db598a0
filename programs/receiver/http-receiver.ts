import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Services } from "#lib/core/context.ts";
import { type WebhookAnswer, receiveDelivery } from "#lib/ingest/receive/receive.ts";

const lingerMs = 1_000;
const route = /^\/api\/webhooks\/([^/?]+)(?:\/([^/?]*))?(\/[^?]*)?(?:\?|$)/;

/** The webhook's door on a plain server, for who needs more of it than the portal's route takes. */
export function createReceiver(services: Services): Server {
  const server = createServer({ requestTimeout: 20_000, headersTimeout: 10_000 }, (request, response) => {
    void answer(services, request).then((one) => {
      respond(response, one);
      if (!request.complete) linger(request);
    });
  });
  server.keepAliveTimeout = 65_000;
  return server;
}

async function answer(
  services: Services,
  request: IncomingMessage,
): Promise<WebhookAnswer | "method" | "live"> {
  const url = request.url ?? "/";
  if (url === "/api/health/live" && request.method === "GET") return "live";
  const found = route.exec(url);
  if (!found) return { status: 404, sentence: "There is nothing at this address but the webhook." };
  if (request.method !== "POST") return "method";
  const { headers } = request;
  return receiveDelivery(services, {
    webhook: decoded(found[1]),
    token: isLonger(found[3]) ? "" : decoded(found[2]) || bearerOf(headers.authorization),
    headers: { get: (name) => [headers[name]].flat().join(", ") || null },
    // the answer still has to go out when the body is left half read
    body: request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>,
  });
}

const isLonger = (rest: string | undefined) => rest !== undefined && rest !== "/";

/** A segment of the address; one that isn't encoded well is as unknown as any other. */
function decoded(segment: string | undefined): string {
  try {
    return decodeURIComponent(segment ?? "");
  } catch {
    return "";
  }
}

const bearerOf = (header: string | undefined) => /^Bearer +(\S+)$/i.exec(header ?? "")?.[1] ?? "";

/**
 * Reads on for a moment and throws it away, then cuts: closed at once, a connection whose client still sends is
 * reset, and the answer is lost with it.
 */
function linger(request: IncomingMessage): void {
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.destroy();
  }, lingerMs).unref();
}

function respond(response: ServerResponse, one: WebhookAnswer | "method" | "live"): void {
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.setHeader("cache-control", "no-store");
  response.setHeader("x-content-type-options", "nosniff");
  if (one === "live") return void response.end("live\n");
  if (one === "method") {
    response.setHeader("allow", "POST");
    return void response.writeHead(405).end("Only POST is done here.\n");
  }
  if (one.retryAfterSeconds) response.setHeader("retry-after", String(one.retryAfterSeconds));
  response.writeHead(one.status).end(`${one.sentence}\n`);
}
