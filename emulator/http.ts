import type { IncomingMessage, ServerResponse } from "node:http";
import { randomUUID } from "node:crypto";

export type Answer = {
  status: number;
  body?: unknown;
  html?: string;
  location?: string;
  headers?: Record<string, string>;
};

/** Reads a request's body. Throws an Error if the body is longer than 1 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    if (length > 1_048_576) throw new Error("body too large");
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Sends an answer with request ids, which Azure adds to every response. */
export function send(response: ServerResponse, answer: Answer): void {
  const requestId = randomUUID();
  const headers: Record<string, string> = {
    "x-ms-request-id": requestId,
    "x-ms-correlation-request-id": requestId,
    "cache-control": "no-store",
    ...answer.headers,
  };
  if (answer.location) headers.location = answer.location;
  if (answer.html !== undefined) headers["content-type"] = "text/html; charset=utf-8";
  else if (answer.body !== undefined) headers["content-type"] ??= "application/json; charset=utf-8";
  response.writeHead(answer.status, headers);
  response.end(answer.html ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body)));
}

export const escapeHtml = (text: string) =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
