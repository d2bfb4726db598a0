import { setTimeout as pause } from "node:timers/promises";

export type Sent = { name: string; status: number; answer: string; attempts: number };

/**
 * Posts a body as a Logic App does: after 408, 429, 5xx or a failed connection it posts again, and any other answer is
 * final. The waits are a hundredth of the template's. `address` is called before every attempt.
 */
export async function sendAsLogicApp(
  address: () => string,
  token: string,
  name: string,
  body: string,
): Promise<Sent> {
  for (let attempts = 1; ; attempts++) {
    // a Logic App posts again after a connection that failed
    const response = await fetch(`${address()}/api/webhooks/azure-logic-app`, {
      method: "POST",
      headers: { "content-type": "application/json; charset=utf-8", authorization: `Bearer ${token}` },
      body,
      signal: AbortSignal.timeout(20_000),
    }).catch(() => null);
    const status = response?.status ?? 0;
    // a truncated answer doesn't count
    const answer = response ? await response.text().catch(() => "") : "";
    const final = status !== 0 && status !== 408 && status !== 429 && status < 500 && answer !== "";
    if (final || attempts === 60) return { name, status, answer, attempts };
    await pause(150 * Math.min(attempts, 8));
  }
}

/** Calls `work` for each item, at most `concurrency` calls at once. Returns the results in the items' order. */
export async function inParallel<T, R>(
  items: readonly T[],
  concurrency: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++)
      results[index] = await work(items[index] as T, index);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return results;
}
