import { createServer, type IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { readBody } from "../emulator/http.ts";

export type Received = { path: string; headers: IncomingHttpHeaders; body: Record<string, unknown> };
/** An answer of the receiver. Status 0 cuts the connection. */
type Reply = { status: number; headers?: Record<string, string>; text?: string };

/**
 * Starts a server that a Logic App can post to. The server records each request. It answers with the replies given to
 * `answerWith`, each once and in order, and then with 200.
 */
export function useReceiver() {
  let url = "";
  const received: Received[] = [];
  let replies: Reply[] = [];
  const server = createServer((request, response) => {
    void readBody(request).then((text) => {
      const body = JSON.parse(text) as Received["body"];
      received.push({ path: request.url ?? "", headers: request.headers, body });
      const { status, headers, text: answer } = replies.shift() ?? { status: 200 };
      if (status === 0) return request.socket.destroy();
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(answer ?? JSON.stringify({ message: "stored" }));
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  });
  beforeEach(() => {
    received.length = 0;
    replies = [];
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: () => url, received, answerWith: (...next: Reply[]) => (replies = next) };
}

/** Calls `look` again and again until the result is truthy, and returns the result. Throws after five seconds. */
export async function eventually<T>(
  look: () => T | undefined | null | false | Promise<T | undefined | null | false>,
): Promise<T> {
  for (const end = performance.now() + 5_000; performance.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("the condition wasn't met within five seconds");
}
