import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

/** the route that answers 400 to a request whose address can't be read */
const unreadablePath = "/api/unreadable";
/** the route that answers 405 to TRACE and to a request that wants to change a file */
const fixedPath = "/api/fixed";

/**
 * Returns the address that a request is answered at: its own, or `unreadablePath`. An address is a path without a malformed
 * `%`, which Next would answer with 500. An address with a host is for a proxy, and Next would redirect to that host.
 */
function readableUrl(url: string): string {
  if (!url.startsWith("/")) return unreadablePath;
  try {
    decodeURIComponent(url.split("?", 1)[0] ?? "");
    return url;
  } catch {
    // a malformed %
    return unreadablePath;
  }
}

/**
 * Whether a request wants something else of a file than to read it. Next would answer 500. Files have a dot in their name, or
 * are of the build; pages and the API's routes don't.
 */
const isForFile = (method: string, path: string): boolean =>
  method !== "GET" &&
  method !== "HEAD" &&
  (path.startsWith("/_next/static/") ||
    (!path.startsWith("/api/") && path.slice(path.lastIndexOf("/")).includes(".")));

/**
 * Makes this process's HTTP servers answer 400 to requests whose address can't be read, and 405 to TRACE and to requests that
 * want to change a file, before Next sees them.
 */
export function guardRequestLines(): void {
  // Node publishes a request here before it gives it to the server's own listener
  subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    const url = readableUrl(request.url ?? "");
    request.url = isForFile(request.method ?? "", url.split("?", 1)[0] ?? "") ? fixedPath : url;
    if (request.method !== "TRACE") return;
    // no Request of the fetch standard may have this method, so Next would answer 500 with a stack in the log
    request.method = "DELETE";
    request.url = fixedPath;
  });
}
