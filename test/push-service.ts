import { createECDH, randomBytes } from "node:crypto";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import ece from "http_ece";
import { jwtVerify, importJWK } from "jose";
import { ensureCertificates } from "../emulator/tls.ts";

/** A message that the push service received, decrypted as the browser would do it. */
type Received = {
  path: string;
  payload: {
    web_push: number;
    notification: {
      title: string;
      body: string;
      navigate: string;
      data: { receipt: string; isUpdate: boolean; canAcknowledge?: boolean };
    };
  };
  ttl: string;
  urgency: string;
  topic: string;
  /** the claims of the VAPID token, whose signature was verified with the request's public key */
  claims: { aud?: unknown; sub?: unknown; exp?: unknown };
  token: string;
};
type Answer = number | "hang" | ((body: Buffer) => number);

/**
 * Starts a push service over TLS that stands in for those of Apple, Google and Mozilla. It decrypts each message (RFC 8291)
 * and verifies its sender (RFC 8292). It answers 201, or what `answer` sets for a path.
 */
// long: its parts share the received messages
export async function startPushService({
  port = 0,
  certificates = process.env.POCKETSOC_TEST_CA_DIR ?? join(".pocketsoc", "test-ca"),
  onReceived = (_message: Received): void => {},
  /** the name under which a proxy leads to it; without it, localhost */
  name = "",
} = {}) {
  const tls = await ensureCertificates(certificates);
  const answers = new Map<string, { status: Answer; headers?: Record<string, string> }>();
  const keysOf = new Map<string, { ecdh: ReturnType<typeof createECDH>; auth: Buffer }>();
  const received: Received[] = [];
  const server = createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
    const path = request.url ?? "";
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { status: wanted = 201, headers = {} } = answers.get(path) ?? {};
      if (wanted === "hang") return;
      const body = Buffer.concat(chunks);
      const status = typeof wanted === "function" ? wanted(body) : wanted;
      void read(path, body, request.headers)
        .then((message) => {
          if (status < 300) {
            received.push(message);
            onReceived(message);
          }
          response.writeHead(status, headers).end();
        })
        .catch((error: unknown) => response.writeHead(400).end(String(error)));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "localhost", resolve));
  const address = server.address() as AddressInfo;
  const host = name || `localhost:${address.port}`;

  async function read(
    path: string,
    body: Buffer,
    headers: Record<string, string | string[] | undefined>,
  ): Promise<Received> {
    const keys = keysOf.get(path);
    if (!keys) throw new Error("nobody subscribed there");
    const [, token = "", publicKey = ""] =
      /^vapid t=([^,]+), ?k=(.+)$/.exec(String(headers.authorization)) ?? [];
    const point = Buffer.from(publicKey, "base64url");
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
    const key = await importJWK({ kty: "EC", crv: "P-256", x, y }, "ES256");
    const { payload: claims } = await jwtVerify(token, key, { audience: `https://${host}` });
    const text = ece.decrypt(body, { version: "aes128gcm", privateKey: keys.ecdh, authSecret: keys.auth });
    return {
      path,
      payload: JSON.parse(text.toString("utf8")) as Received["payload"],
      ttl: String(headers.ttl),
      urgency: String(headers.urgency),
      topic: String(headers.topic),
      claims,
      token,
    };
  }

  return {
    host,
    port: address.port,
    received,
    /** Makes a push subscription as a browser does. The keys are new, or those of an earlier subscription in `kept`. */
    subscribe: (
      path = `/push/${randomBytes(8).toString("hex")}`,
      kept?: { privateKey: string; auth: string },
    ) => {
      const ecdh = createECDH("prime256v1");
      if (kept) ecdh.setPrivateKey(kept.privateKey, "base64url");
      else ecdh.generateKeys();
      const auth = kept ? Buffer.from(kept.auth, "base64url") : randomBytes(16);
      keysOf.set(path, { ecdh, auth });
      return {
        path,
        endpoint: `https://${host}${path}`,
        keys: { p256dh: ecdh.getPublicKey("base64url"), auth: auth.toString("base64url") },
        privateKey: ecdh.getPrivateKey("base64url"),
      };
    },
    answer: (path: string, status: Answer, headers?: Record<string, string>) =>
      answers.set(path, { status, ...(headers ? { headers } : {}) }),
    /** closes all persistent connections, as a push service sometimes does */
    hangUp: () => server.closeAllConnections(),
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
export type PushService = Awaited<ReturnType<typeof startPushService>>;
