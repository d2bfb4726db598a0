import { isIP, Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import tls from "node:tls";
import { followStart, notPostgres } from "./connection-start.ts";
import { ConnectFailed } from "./connect-failed.ts";
import type { DatabaseAddress, DatabaseHost } from "#lib/platform/database-url.ts";
import { watchAnswers } from "./watch-answers.ts";

/** PostgreSQL's SSLRequest: a length of 8 bytes and the code 80877103 */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/**
 * Returns the function that gives the driver its sockets: connected to the first server of the address that answers, and
 * encrypted as the address asks. The driver's own code for TLS has no exact meaning for each sslmode, checks a certificate
 * for an IP address against "localhost", and retries without end when a server closes each connection. Calls
 * `onAuthentication` when a server asks for a password. With `answerMs`, a connection on which the server is silent for
 * longer is closed.
 */
export function socketOpener(
  address: DatabaseAddress,
  onAuthentication: (isScram: boolean) => void,
  answerMs?: number,
): () => Promise<Socket> {
  let first = 0;
  /** whether the server closed the last connection before it let the role in or refused it */
  let silent = false;
  return async () => {
    if (silent) {
      silent = false;
      return failing(new ConnectFailed("CLOSED_UNANSWERED", "the server closed the connection unanswered"));
    }
    // the driver asks for another socket after a server of the wrong kind, so each call begins with the next server
    if (address.sessionKind !== "any" && first >= address.hosts.length) await pause(500);
    const turn = address.sessionKind === "any" ? 0 : first++ % address.hosts.length;
    try {
      const socket = await openFirst(address, turn);
      const start = followStart(socket, onAuthentication);
      if (answerMs) watchAnswers(socket, answerMs);
      socket.once("close", () => {
        silent = !start.isOver();
      });
      return socket;
    } catch (error) {
      return failing(error as Error);
    }
  };
}

/**
 * Returns a socket that fails with the error after the driver has its listeners on it. If the opener threw instead, the
 * driver would lose the connection's place in its pool.
 */
function failing(error: Error): Socket {
  const socket = new Socket();
  setImmediate(() => socket.destroy(error));
  return socket;
}

/** Tries the servers in turn, beginning with number `turn`. Throws the last server's error if none answers. */
async function openFirst(address: DatabaseAddress, turn: number): Promise<Socket> {
  const hosts = [...address.hosts.slice(turn), ...address.hosts.slice(0, turn)];
  let failure: unknown;
  for (const host of hosts) {
    try {
      return await openOne(address, host);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** Opens a connection to one server within the address's time-out. */
async function openOne(address: DatabaseAddress, host: DatabaseHost): Promise<Socket> {
  const opened: Socket[] = [];
  const timer = setTimeout(() => {
    const timedOut = new ConnectFailed("CONNECT_TIMEOUT", "the server didn't answer in time");
    for (const socket of opened.toReversed()) socket.destroy(timedOut);
  }, address.connectTimeoutMs);
  try {
    const isUnix = host.address.startsWith("/");
    const plain = new Socket();
    opened.push(plain);
    if (isUnix) plain.connect(`${host.address}/.s.PGSQL.${host.port}`);
    else plain.connect({ host: host.address, port: host.port });
    await eventOf(plain, "connect");
    // libpq doesn't encrypt Unix sockets either
    if (address.tls.mode === "off" || isUnix) return plain;
    if (!address.tls.isDirect && !(await asksForTls(plain, address))) return plain;
    const secure = tls.connect({ socket: plain, ...tlsOptions(address, host) });
    opened.push(secure);
    await eventOf(secure, "secureConnect");
    return secure;
  } catch (error) {
    for (const socket of opened.toReversed()) socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Asks the server for TLS. Returns false if it has none and the address allows that. */
async function asksForTls(socket: Socket, { tls: { mode, sslmode } }: DatabaseAddress): Promise<boolean> {
  socket.write(sslRequest);
  const answer = ((await eventOf(socket, "data")) as Buffer).toString("latin1");
  // nothing may follow the S, because it would come unencrypted from somebody in between
  if (answer === "S") return true;
  if (answer === "N" && mode === "offered") return false;
  if (answer !== "N" && !answer.startsWith("E")) throw notPostgres();
  throw new ConnectFailed("NO_TLS", `the server offers no TLS, which sslmode=${sslmode} asks for`);
}

function tlsOptions({ tls: settings }: DatabaseAddress, { host }: DatabaseHost): tls.ConnectionOptions {
  const { mode, isDirect, ca, cert, key, passphrase, minVersion, maxVersion } = settings;
  return {
    ...(isIP(host) ? {} : { servername: host }),
    ...(isDirect ? { ALPNProtocols: ["postgresql"] } : {}),
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
    ...(passphrase ? { passphrase } : {}),
    ...(minVersion ? { minVersion } : {}),
    ...(maxVersion ? { maxVersion } : {}),
    rejectUnauthorized: mode === "trusted" || mode === "verified",
    // without a server name Node would compare the certificate with "localhost"
    checkServerIdentity: (_name, certificate) =>
      mode === "verified" ? tls.checkServerIdentity(host, certificate) : undefined,
  };
}

/** Waits for an event of the socket. Rejects if the socket fails or closes first. */
function eventOf(socket: Socket, event: "connect" | "secureConnect" | "data"): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      socket.off("error", failed).off("close", closed).off(event, arrived);
      finish();
    };
    const arrived = (value: unknown) => settle(() => resolve(value));
    const failed = (error: Error) => settle(() => reject(error));
    const closed = () =>
      settle(() =>
        reject(new ConnectFailed("CLOSED_UNANSWERED", "the server closed the connection unanswered")),
      );
    socket.once("error", failed).once("close", closed).once(event, arrived);
  });
}
