import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

/**
 * the ports that this process has listened on. The portal caches by address what Entra ID says of itself, so a port that an
 * ended emulator had would lead to that one's addresses.
 */
const usedPorts = new Set<number>();

/** Servers on localhost that are closed together. */
export class Servers {
  private readonly certificate: { key: string; cert: string };
  private readonly servers: Server[] = [];

  constructor(certificate: { key: string; cert: string }) {
    this.certificate = certificate;
  }

  /** Starts a server and returns its address. `tls` says whether the server uses TLS. Port 0 means any free port. */
  async listen(port: number, tls: boolean, handler: RequestListener): Promise<string> {
    const server: Server = tls ? createTlsServer(this.certificate, handler) : createHttpServer(handler);
    // as clouds do; after Node's five seconds a slow test may reuse a connection in the moment it is closed
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve, reject) =>
      server.once("error", reject).listen(port, "localhost", resolve),
    );
    this.servers.push(server);
    const { port: actual } = server.address() as AddressInfo;
    // the server keeps the used port until all end, so that the next try gets another
    if (port === 0 && usedPorts.has(actual)) return this.listen(port, tls, handler);
    usedPorts.add(actual);
    return `${tls ? "https" : "http"}://localhost:${actual}`;
  }

  /** Closes all servers and their connections. */
  async close(): Promise<void> {
    for (const server of this.servers) server.closeAllConnections();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}
