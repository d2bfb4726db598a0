import type { Socket } from "node:net";
import { ConnectFailed } from "./connect-failed.ts";

/** the messages with which a server may begin: authentication, error, notice, and another version of the protocol */
const firstTypes = "RENv";
/** the longest message before the server is ready; libpq has the same limit */
const longest = 30_000;
/** the kinds of authentication that the driver knows: none, password, MD5, and the three steps of SCRAM */
const knownKinds = [0, 3, 5, 10, 11, 12];
const scram = 10;

export const notPostgres = () =>
  new ConnectFailed("NOT_POSTGRES", "what answers there doesn't speak PostgreSQL's protocol");

/**
 * Reads along with the driver until the server is ready or refuses. Closes the connection with an error for what the driver
 * waits for in vain: a server that isn't PostgreSQL, and a kind of authentication that the driver doesn't know. Calls
 * `onAuthentication` before the driver reads what the server asks for. `isOver` says whether the server became ready or
 * refused.
 */
export function followStart(
  socket: Socket,
  onAuthentication: (isScram: boolean) => void,
): { isOver: () => boolean } {
  let unread: Buffer = Buffer.alloc(0);
  let isFirst = true;
  let isOver = false;
  const stop = (failure?: ConnectFailed) => {
    socket.off("data", read);
    isOver = true;
    // later, because the driver may not have its listeners on the socket yet
    if (failure) setImmediate(() => socket.destroy(failure));
  };
  const read = (bytes: Buffer) => {
    unread = Buffer.concat([unread, bytes]);
    while (unread.length > 0) {
      const type = String.fromCharCode(unread[0] ?? 0);
      const length = unread.length < 5 ? 4 : unread.readUInt32BE(1);
      if ((isFirst && !firstTypes.includes(type)) || length < 4 || length > longest)
        return stop(notPostgres());
      if (unread.length < Math.max(5, length + 1)) return;
      const body = unread.subarray(5, length + 1);
      const failure = type === "R" ? kindProblem(body) : null;
      if (type === "R" && !failure) onAuthentication(body.readUInt32BE(0) >= scram);
      if (failure || type === "Z" || type === "E") return stop(failure ?? undefined);
      isFirst = false;
      unread = unread.subarray(length + 1);
    }
  };
  socket.on("data", read);
  return { isOver: () => isOver };
}

/** Returns an error if the server asks for a kind of authentication that the driver doesn't know. */
function kindProblem(body: Buffer): ConnectFailed | null {
  const kind = body.length < 4 ? -1 : body.readUInt32BE(0);
  const isScram = kind !== scram || body.toString("latin1", 4).split("\0").includes("SCRAM-SHA-256");
  if (knownKinds.includes(kind) && isScram) return null;
  return new ConnectFailed("AUTHENTICATION_UNKNOWN", "the server asks for no password");
}
