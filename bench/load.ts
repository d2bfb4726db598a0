import { Agent, request } from "node:http";

export type Load = { perSecond: number; p50: number; p95: number; p99: number; n: number; refused: number };

export type Post = (body: string) => Promise<{ status: number; text: string; tookMs: number }>;

/** Returns a function that posts bodies to `url` over persistent connections, at most `connections` of them. */
export function poster(url: string, connections: number, headers: Record<string, string>): Post {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const { hostname, port, pathname } = new URL(url);
  return (body) =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      const length = Buffer.byteLength(body);
      const sending = request({
        agent,
        hostname,
        port,
        path: pathname,
        method: "POST",
        headers: { "content-type": "application/json", "content-length": length, ...headers },
      });
      sending.on("response", (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text, tookMs: performance.now() - began }),
        );
      });
      sending.on("error", reject);
      sending.end(body);
    });
}

const isStored = (status: number) => status === 200 || status === 201;

/**
 * Computes the figures of a load. `took` has the duration of each stored request in ms; `refused` is the number of refused
 * requests.
 */
export function figures(took: number[], seconds: number, refused: number): Load {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    perSecond: took.length / seconds,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    n: took.length,
    refused,
  };
}

/** Measures a closed loop. Each connection sends its next body as soon as the last one is answered. */
export async function closedLoop(
  post: Post,
  connections: number,
  seconds: number,
  body: () => string,
): Promise<Load> {
  const took: number[] = [];
  let refused = 0;
  const began = performance.now();
  const lane = async () => {
    while (performance.now() - began < seconds * 1_000) {
      const answer = await post(body());
      if (isStored(answer.status)) took.push(answer.tookMs);
      else refused++;
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  return figures(took, (performance.now() - began) / 1_000, refused);
}

/** Measures an open loop. It sends `perSecond` bodies a second, even if earlier bodies aren't answered yet. */
export async function openLoop(
  post: Post,
  perSecond: number,
  seconds: number,
  body: () => string,
): Promise<Load> {
  const took: number[] = [];
  let refused = 0;
  const sent: Promise<void>[] = [];
  const began = performance.now();
  for (let index = 0; index < perSecond * seconds; index++) {
    const dueMs = (index / perSecond) * 1_000 - (performance.now() - began);
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    sent.push(
      post(body()).then(({ status, tookMs }) => {
        if (isStored(status)) took.push(tookMs);
        else refused++;
      }),
    );
  }
  await Promise.all(sent);
  return figures(took, (performance.now() - began) / 1_000, refused);
}
