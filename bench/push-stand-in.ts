import { createECDH } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import ece from "http_ece";
import { ensureCertificates } from "../emulator/tls.ts";

/** The arrival of a message: its time in ms since 1970, the device's path, and the topic. */
export type Arrival = [at: number, path: string, topic: string];

/** the stand-in decrypts one in this many messages; the sender's costs don't depend on this */
const readsOneIn = 50;

/**
 * Runs a push service that uses very little CPU, in a process of its own. It answers 201 and records when each message
 * arrived. It sends its host and its keys to the parent process, and then every 200 ms the new arrivals.
 */
async function startStandIn(): Promise<void> {
  const { key, cert } = await ensureCertificates(join(".pocketsoc", "test-ca"));
  const ecdh = createECDH("prime256v1");
  ecdh.generateKeys();
  const authSecret = Buffer.alloc(16, 7);
  let arrivals: Arrival[] = [];
  let seen = 0;
  let read = 0;
  let connections = 0;
  const tokens = new Set<string>();
  const server = createServer({ key, cert }, (request, response) => {
    const at = performance.timeOrigin + performance.now();
    arrivals.push([at, request.url ?? "", String(request.headers.topic)]);
    const { authorization = "" } = request.headers;
    if (tokens.size < 1_000) tokens.add(authorization);
    const isRead = seen++ % readsOneIn === 0;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => isRead && chunks.push(chunk));
    request.on("end", () => {
      if (isRead) {
        const body = Buffer.concat(chunks);
        const text = ece
          .decrypt(body, { version: "aes128gcm", privateKey: ecdh, authSecret })
          .toString("utf8");
        if (typeof (JSON.parse(text) as { notification: { title: string } }).notification.title !== "string")
          throw new Error("a message without a title");
        read++;
      }
      response.writeHead(201).end();
    });
  });
  server.on("secureConnection", () => connections++);
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  process.send?.({
    host: `localhost:${(server.address() as AddressInfo).port}`,
    keys: { p256dh: ecdh.getPublicKey("base64url"), auth: authSecret.toString("base64url") },
  });
  setInterval(() => {
    process.send?.({ arrivals, read, connections, tokens: tokens.size });
    arrivals = [];
  }, 200);
  process.once("disconnect", () => process.exit(0));
}

await startStandIn();
