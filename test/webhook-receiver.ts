import { createServer } from "node:https";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { ensureCertificates } from "../emulator/tls.ts";

type Posted = {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** the server name of the TLS handshake; false if there was none */
  servername: string | false | null | undefined;
};
/** The answer of the receiver of an outgoing webhook. `endless` is a success whose body never ends. */
type ReceiverAnswer =
  | { status: number; headers?: Record<string, string>; body?: string }
  | "hang"
  | "cut"
  | "endless";

/**
 * Starts a receiver of outgoing webhooks over TLS. It records each request and answers as `answer` says; without `answer`,
 * with 204.
 */
export async function startWebhookReceiver({
  port = 0,
  certificates = process.env.POCKETSOC_TEST_CA_DIR ?? join(".pocketsoc", "test-ca"),
} = {}) {
  const tls = await ensureCertificates(certificates);
  const received: Posted[] = [];
  let answer: ReceiverAnswer = { status: 204 };
  const server = createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const { servername } = request.socket as TLSSocket;
      received.push({
        path: request.url ?? "",
        headers: request.headers,
        body,
        servername: servername ?? undefined,
      });
      if (answer === "hang") return;
      if (answer === "cut") return void request.socket.destroy();
      if (answer === "endless") {
        response.writeHead(200);
        const timer = setInterval(() => response.write("x".repeat(16_384)), 5);
        response.on("close", () => clearInterval(timer));
        return;
      }
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "localhost", resolve));
  const address = server.address() as AddressInfo;
  return {
    host: `localhost:${address.port}`,
    port: address.port,
    received,
    answer: (next: ReceiverAnswer) => {
      answer = next;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
export type WebhookReceiver = Awaited<ReturnType<typeof startWebhookReceiver>>;
