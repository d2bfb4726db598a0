import { subscribe } from "node:diagnostics_channel";
import type { Server } from "node:http";

const headersTimeoutMs = 15_000;
const requestTimeoutMs = 30_000;

/**
 * Makes this process's HTTP servers end requests that arrive too slowly: the headers may take 15 s, the whole request 30 s. Node
 * looks every 30 s and answers 408. By itself it would wait 60 s and 5 minutes, and Next answers a page's request only once
 * the whole body is there, even if the request was refused.
 */
export function endSlowRequests(): void {
  // Next makes the server and offers no setting; Node publishes it here with each request
  subscribe("http.server.request.start", (message) => {
    const { server } = message as { server: Server };
    server.headersTimeout = headersTimeoutMs;
    server.requestTimeout = requestTimeoutMs;
  });
}
