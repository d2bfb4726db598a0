import { connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";

/** A server on loopback that takes PostgreSQL connections. `port` is where it listens. */
export type FakeDatabase = { port: number; stop(): Promise<void> };

async function listen(onConnection: (socket: Socket) => void, path?: string): Promise<FakeDatabase> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    if (path) server.listen(path, resolve);
    else server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address ? address.port : 0,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** A database that refuses every connection with PostgreSQL's ErrorResponse. */
export function refusingDatabase(code: string, message: string): Promise<FakeDatabase> {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const length = Buffer.alloc(4);
  length.writeInt32BE(fields.length + 4);
  const response = Buffer.concat([Buffer.from("E"), length, fields]);
  return listen((socket) => socket.once("data", () => socket.end(response)));
}

/** A server that answers the first bytes of each connection with `answer`, and then closes it if `ends`. */
export const answeringDatabase = (answer: Buffer, ends: boolean): Promise<FakeDatabase> =>
  listen((socket) => socket.once("data", () => (ends ? socket.end(answer) : socket.write(answer))));

/** A database that accepts connections and then never answers, as behind a firewall that drops packets. */
export const silentDatabase = (): Promise<FakeDatabase> => listen(() => {});

/** A load balancer without a server behind it: closes every connection unanswered. */
export const closingDatabase = (): Promise<FakeDatabase> => listen((socket) => socket.end());

/** A relay to the database on `port`, which `frozen` can stop as if the network were cut. */
export async function relayTo(port: number): Promise<FakeDatabase & { freeze(): void; thaw(): void }> {
  const pairs: Socket[] = [];
  const relay = await listen((socket) => {
    const behind = connect(port, "127.0.0.1").on("error", () => socket.destroy());
    socket.on("close", () => behind.destroy());
    behind.on("close", () => socket.destroy());
    socket.pipe(behind).pipe(socket);
    pairs.push(socket, behind);
    if (isFrozen) for (const each of [socket, behind]) each.pause();
  });
  let isFrozen = false;
  return {
    ...relay,
    freeze: () => {
      isFrozen = true;
      for (const socket of pairs) socket.unpipe().pause();
    },
    thaw: () => {
      isFrozen = false;
      for (let at = 0; at < pairs.length; at += 2) {
        const [socket, behind] = [pairs[at], pairs[at + 1]];
        if (socket && behind) socket.pipe(behind).pipe(socket);
      }
    },
  };
}

type Certificate = TlsOptions & { key: string; cert: string };

/**
 * A server that takes only encrypted connections, in front of the database on `port`. Without TLS it refuses as a server does
 * whose pg_hba.conf has only hostssl lines. `path` makes it listen on a Unix socket.
 */
export function tlsDatabase(port: number, certificate: Certificate): Promise<FakeDatabase> {
  const refusal = 'no pg_hba.conf entry for host "127.0.0.1", user "app", database "soc", no encryption';
  const fields = Buffer.from(`SFATAL\0VFATAL\0C28000\0M${refusal}\0\0`);
  const length = Buffer.alloc(4);
  length.writeInt32BE(fields.length + 4);
  const secured = createTlsServer(certificate, (secure) => {
    const behind = connect(port, "127.0.0.1");
    secure.on("error", () => behind.destroy()).on("close", () => behind.destroy());
    behind.on("error", () => secure.destroy()).on("close", () => secure.destroy());
    secure.pipe(behind).pipe(secure);
  });
  return listen((socket) =>
    socket.once("data", (first: Buffer) => {
      if (first.readInt32BE(4) !== 80_877_103)
        return void socket.end(Buffer.concat([Buffer.from("E"), length, fields]));
      socket.write("S");
      secured.emit("connection", socket);
    }),
  );
}

/** A relay from a Unix socket to the database on `port`. */
export const unixDatabase = (path: string, port: number): Promise<FakeDatabase> =>
  listen((socket) => {
    const behind = connect(port, "127.0.0.1").on("error", () => socket.destroy());
    socket.on("close", () => behind.destroy());
    socket.pipe(behind).pipe(socket);
  }, path);
