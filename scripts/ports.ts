import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { loopback } from "#lib/platform/env.ts";

/** Whether a server can listen on the port now. Without `host`, checks every address of the machine. */
export async function isFree(port: number, host?: string): Promise<boolean> {
  return (await tryToListen(port, host)) === null;
}

/**
 * The ports that `freePort` chooses from. Linux, macOS and Windows give outgoing connections ports from 32,768 up, so none
 * takes one of these.
 */
const chosenPorts = { from: 10_000, below: 32_768 };

/** Returns a TCP port that is free now, and that no outgoing connection takes before a server listens there. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(chosenPorts.from, chosenPorts.below);
    if (await isFree(port)) return port;
  }
}

/** Parses the setting PORT, the web's port. Returns 3000 if the text is empty, and null if it isn't a port. */
export function readPort(text: string | undefined): number | null {
  const port = Number(text?.trim() || "3000");
  return Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : null;
}

export const portRule = "PORT must be a whole number between 1 and 65535.";

/** Returns a sentence that says why the web can't listen on the port of an address of this machine, or null if it can. */
export async function whyNotPort(port: number, host: string = loopback): Promise<string | null> {
  const code = await tryToListen(port, host);
  if (code === null) return null;
  if (code === "EADDRNOTAVAIL")
    return `This machine doesn't have the address ${host}. Set POCKETSOC_BIND to one that it has.`;
  if (code === "EACCES") return `This account may not listen on port ${port}. Choose another with PORT.`;
  return `Port ${port} is taken. Stop what listens there, or choose another with PORT, as in PORT=3001.`;
}

/**
 * Returns the web's port, from the setting PORT. Throws an Error for the person at the terminal if PORT is wrong or the
 * port can't be used.
 */
export async function freePortalPort(): Promise<number> {
  const port = readPort(process.env.PORT);
  if (port === null) throw new Error(portRule);
  const taken = await whyNotPort(port);
  if (taken) throw new Error(taken);
  return port;
}

function tryToListen(port: number, host?: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ port, ...(host ? { host } : {}) }, () => server.close(() => resolve(null)));
  });
}
