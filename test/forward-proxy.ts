import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { readProxySettings, type ProxySettings } from "#lib/platform/proxy-settings.ts";
import { ensureCertificates } from "../emulator/tls.ts";

/**
 * How the proxy fails. A number is a status with a page of HTML. `hang`: no answer. `cut`: it closes the connection. `foreign`:
 * an answer that isn't HTTP. `deaf`: it opens the tunnel and passes nothing on. `page`: it answers 200 with a page instead of
 * a tunnel. `endless`: a header that never ends. `piecemeal`: no fault, but its answer comes in many packets.
 */
type ProxyFault = number | "hang" | "cut" | "foreign" | "deaf" | "page" | "endless" | "piecemeal";

const page = "<html><body>This network has rules.</body></html>";

/** Opens the tunnel with an answer whose every byte is a packet. */
async function sendPiecemeal(socket: Duplex): Promise<void> {
  for (const byte of "HTTP/1.1 200 Connection established\r\nvia: 1.1 proxy\r\n\r\n") {
    socket.write(byte);
    await pause(3);
  }
}

async function sendEndless(socket: Duplex): Promise<void> {
  socket.write("HTTP/1.1 200 OK\r\nx-filler: ");
  for (let left = 1_000; left > 0 && !socket.destroyed; left--) {
    socket.write("x".repeat(1_000));
    await pause(5);
  }
}

/**
 * Starts a forward proxy on this machine, as companies run them. It knows only CONNECT, and only the hosts in `routes`, each
 * with the local port to which it leads. With `credentials` ("user:password") it demands Basic authentication. With
 * `certificates`, a folder, it is reached over TLS.
 */
// long: its parts share the log and the fault
export async function startForwardProxy(
  routes: Record<string, number>,
  { credentials, certificates }: { credentials?: string; certificates?: string } = {},
) {
  const connects: string[] = [];
  const others: string[] = [];
  const sockets = new Set<Duplex>();
  let fault: ProxyFault | null = null;

  const answer = (socket: Duplex, status: number, headers = "") =>
    socket.end(
      `HTTP/1.1 ${status} Proxy\r\n${headers}content-type: text/html\r\ncontent-length: ${page.length}\r\n\r\n${page}`,
    );
  const open = (socket: Duplex) => socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
  const fail = (socket: Duplex, how: ProxyFault) => {
    if (typeof how === "number") answer(socket, how);
    else if (how === "cut") socket.destroy();
    else if (how === "foreign") socket.end("220 mail.example.com ESMTP\r\n\r\n");
    else if (how === "page") answer(socket, 200);
    else if (how === "deaf") open(socket);
    else if (how === "endless") void sendEndless(socket);
  };
  const onConnect = (request: IncomingMessage, socket: Duplex) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy()).on("close", () => sockets.delete(socket));
    const target = request.url ?? "";
    connects.push(target);
    if (fault !== null && fault !== "piecemeal") return fail(socket, fault);
    const expected = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
    if (expected && request.headers["proxy-authorization"] !== expected)
      return answer(socket, 407, 'proxy-authenticate: Basic realm="proxy"\r\n');
    const port = routes[target];
    if (port === undefined) return answer(socket, 502);
    const onward = connect(port, "localhost", async () => {
      if (fault === "piecemeal") await sendPiecemeal(socket);
      else open(socket);
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  };

  const tls = certificates ? await ensureCertificates(certificates) : null;
  const server: Server = tls ? createTlsServer({ key: tls.key, cert: tls.cert }) : createHttpServer();
  server.on("connect", onConnect);
  server.on("request", (request, response) => {
    others.push(`${request.method} ${request.url}`);
    response.writeHead(405).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  const { port } = server.address() as AddressInfo;
  const name = `localhost:${port}`;
  const user = credentials ? `${credentials.split(":").map(encodeURIComponent).join(":")}@` : "";
  const address = `${tls ? "https" : "http"}://${user}${name}`;

  return {
    address,
    name,
    /** the targets of all CONNECTs, as `host:port` */
    connects,
    /** every other request; a client that knows only plain HTTP proxying makes them */
    others,
    routes,
    /** the settings of a portal behind this proxy */
    settings: (more: Record<string, string> = {}): ProxySettings => {
      const read = readProxySettings({ HTTPS_PROXY: address, ...more });
      if ("problem" in read || !read.proxy) throw new Error("no proxy");
      return read.proxy;
    },
    /** Makes the proxy fail until this is called with null. */
    fail: (how: ProxyFault | null) => {
      fault = how;
    },
    /** Forgets what was logged, and closes every tunnel. */
    reset: () => {
      connects.length = 0;
      others.length = 0;
      fault = null;
      for (const socket of sockets) socket.destroy();
    },
    stop: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
export type ForwardProxy = Awaited<ReturnType<typeof startForwardProxy>>;
