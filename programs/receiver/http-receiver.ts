import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Services } from "#lib/core/context.ts";
import { type WebhookAnswer, receiveDelivery } from "#lib/ingest/receive/receive.ts";

const lingerMs = 1_000;
const address = /^\/api\/webhooks\/([^/?]+)(?:\/([^/?]*))?(\/[^?]*)?(?:\?|$)/;

/** The answer to a request: the webhook's, "method" if the method isn't allowed, or "live" for a monitor. */
type Answer = WebhookAnswer | "method" | "live";

/** Creates a plain HTTP server that answers the webhook as the web's route does, but handles far more requests. */
export function createReceiver(services: Services): Server {
  const server = createServer({ requestTimeout: 20_000, headersTimeout: 10_000 }, (request, response) => {
    void answerOf(services, request).then((answer) => {
      respond(response, answer);
      if (!request.complete) linger(request);
    });
  });
  server.keepAliveTimeout = 65_000;
  return server;
}

async function answerOf(services: Services, request: IncomingMessage): Promise<Answer> {
  const url = request.url ?? "/";
  if (url === "/api/health/live" && request.method === "GET") return "live";
  const found = address.exec(url);
  if (!found) return { status: 404, sentence: "There is nothing at this address but the webhook." };
  if (request.method !== "POST") return "method";
  const { headers } = request;
  return receiveDelivery(services, {
    webhook: decoded(found[1]),
    token: isLonger(found[3]) ? "" : decoded(found[2]) || bearerOf(headers.authorization),
    headers: { get: (name) => [headers[name]].flat().join(", ") || null },
    // the answer must still be sent when only part of the body was read
    body: request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>,
  });
}

const isLonger = (rest: string | undefined) => rest !== undefined && rest !== "/";

/** Decodes a part of the URL's path. Returns "" for an invalid encoding, which then counts as an unknown token. */
function decoded(segment: string | undefined): string {
  try {
    return decodeURIComponent(segment ?? "");
  } catch {
    // a malformed %
    return "";
  }
}

const bearerOf = (header: string | undefined) => /^Bearer +(\S+)$/i.exec(header ?? "")?.[1] ?? "";

/**
 * Reads and drops the rest of a request for a second, then closes the connection. If the connection closed at once, a
 * client that still sends would lose the answer.
 */
function linger(request: IncomingMessage): void {
  request.resume();
  setTimeout(() => {
    if (!request.complete) request.destroy();
  }, lingerMs).unref();
}

function respond(response: ServerResponse, answer: Answer): void {
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.setHeader("cache-control", "no-store");
  response.setHeader("x-content-type-options", "nosniff");
  if (answer === "live") return void response.end("live\n");
  if (answer === "method") {
    response.setHeader("allow", "POST");
    return void response.writeHead(405).end("Only POST is allowed here.\n");
  }
  if (answer.retryAfterSeconds) response.setHeader("retry-after", String(answer.retryAfterSeconds));
  response.writeHead(answer.status).end(`${answer.sentence}\n`);
}
