/** What is known of a request when the session is looked up. `isHandler`: a route handler serves it, not a page. */
type RequestKind = { method: string; headers: Pick<Headers, "get">; isHandler: boolean };

/**
 * Whether a request is something that the person did, so that it keeps the session alive. Opening a page, calling an action
 * and writing are. What a page does by itself isn't: rereads by the router, prefetches, and reads from route handlers. A page
 * reports clicks and keys by a write of its own.
 */
export function isActivity({ method, headers, isHandler }: RequestKind): boolean {
  if (method !== "GET" && method !== "HEAD") return true;
  if (isHandler || headers.get("sec-purpose")?.includes("prefetch")) return false;
  const destination = headers.get("sec-fetch-dest");
  // a page that the service worker fetches for the browser has no destination
  const isByWorker = destination === "empty" && headers.get("sec-fetch-mode") === "navigate";
  if (destination !== null) return destination === "document" || isByWorker;
  // browsers send Sec-Fetch-Dest only over TLS and to localhost
  return headers.get("rsc") === null && (headers.get("accept") ?? "").includes("text/html");
}
