import type { Socket } from "node:net";
import { ConnectFailed } from "./connect-failed.ts";

/** how often a connection is looked at within the time that its server has for an answer */
const looks = 9;

/**
 * Closes a connection on which the server hasn't answered for `limitMs`, so that everything that waits for it fails. A
 * firewall that forgot the connection, a failover or a frozen server sends no sign, and TCP itself may take a quarter of an
 * hour to give up. A server answers every message of the driver, so silence after a message is a lost connection. Looks are
 * counted, not time, because an answer may already be here when this process was stopped for a while.
 */
export function watchAnswers(socket: Socket, limitMs: number): void {
  let answered = socket.bytesWritten;
  let silentLooks = 0;
  const hear = () => {
    answered = socket.bytesWritten;
    silentLooks = 0;
  };
  const look = () => {
    silentLooks = socket.bytesWritten > answered ? silentLooks + 1 : 0;
    if (silentLooks > looks)
      socket.destroy(
        new ConnectFailed("UNANSWERED", `the server hasn't answered for ${Math.round(limitMs / 1_000)} s`),
      );
  };
  const timer = setInterval(look, limitMs / looks).unref();
  // the driver removes its own listeners before a connection closes, and every listener once it has closed
  socket.on("data", hear).once("close", () => clearInterval(timer));
}
