import { TemplateFault } from "./expressions.ts";

export type RetryPolicy = { count: number; intervalMs: number; minimumMs: number; maximumMs: number };

/** Logic Apps' own when none is written: four retries, scaled by 7.5 seconds, from 5 to 45 seconds. */
const standard: RetryPolicy = { count: 4, intervalMs: 7_500, minimumMs: 5_000, maximumMs: 45_000 };

/** Reads an action's `retryPolicy` within Azure's limits; of those with a pattern only the exponential is known. */
export function readRetryPolicy(raw: unknown): RetryPolicy {
  if (raw === undefined) return standard;
  const { type, count, interval, minimumInterval, maximumInterval } = raw as Record<string, unknown>;
  if (type === "none") return { ...standard, count: 0 };
  if (type !== "exponential") throw new TemplateFault(`a retry policy of the type ${String(type)}`);
  const intervalMs = durationOf(interval);
  const policy = {
    count: Number(count),
    intervalMs,
    minimumMs: minimumInterval === undefined ? 5_000 : durationOf(minimumInterval),
    maximumMs: maximumInterval === undefined ? 86_400_000 : durationOf(maximumInterval),
  };
  if (!Number.isInteger(policy.count) || policy.count < 1 || policy.count > 90)
    throw new TemplateFault("a retry policy counts from 1 to 90");
  if (policy.minimumMs < 5_000 || policy.minimumMs > intervalMs || intervalMs > policy.maximumMs)
    throw new TemplateFault("a retry policy's minimum, interval and maximum must rise, from PT5S");
  return policy;
}

/** How long Logic Apps waits before the nth retry: at random within a range that doubles with each. */
export function retryDelayMs(policy: RetryPolicy, retry: number, random = Math.random()): number {
  const within = (ms: number) => Math.min(policy.maximumMs, Math.max(policy.minimumMs, ms));
  const from = retry === 1 ? policy.minimumMs : within(policy.intervalMs * 2 ** (retry - 2));
  return Math.round(from + random * (within(policy.intervalMs * 2 ** (retry - 1)) - from));
}

/** What Logic Apps asks again after; any other 4xx fails the run at once. */
export const isRetried = (status: number) => status === 408 || status === 429 || status >= 500;

function durationOf(text: unknown): number {
  const found = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(String(text));
  if (!found) throw new TemplateFault(`a duration that is not known here: ${String(text)}`);
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((one) => Number(one ?? 0));
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}
