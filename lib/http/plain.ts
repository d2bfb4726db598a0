import "server-only";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Handlers = Record<(typeof methods)[number], () => Response>;

/** Creates a route that gives every request the same answer: a status and a sentence. It reads no body. */
export function plainRoute(status: number, sentence: string): Handlers {
  const respond = () =>
    new Response(`${sentence}\n`, {
      status,
      headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
    });
  return Object.fromEntries(methods.map((method) => [method, respond])) as Handlers;
}
