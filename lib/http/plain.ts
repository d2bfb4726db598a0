import "server-only";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type Handlers = Record<(typeof methods)[number], () => Response>;

/** Creates a route that gives every request the same answer: a status, a sentence, and `more` headers. It reads no body. */
export function plainRoute(status: number, sentence: string, more: Record<string, string> = {}): Handlers {
  const respond = () =>
    new Response(`${sentence}\n`, {
      status,
      headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...more },
    });
  return Object.fromEntries(methods.map((method) => [method, respond])) as Handlers;
}
