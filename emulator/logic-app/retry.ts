import { TemplateFault } from "./expressions.ts";

export type RetryPolicy = { count: number; intervalMs: number; minimumMs: number; maximumMs: number };

/**
 * The retry policy that Logic Apps uses by default: four retries. The first wait is about 7.5 seconds, and each further
 * wait doubles. Every wait is between 5 and 45 seconds.
 */
const defaultPolicy: RetryPolicy = { count: 4, intervalMs: 7_500, minimumMs: 5_000, maximumMs: 45_000 };

/**
 * Reads an action's `retryPolicy`. Throws TemplateFault for values beyond Azure's limits, and for every type except none
 * and exponential.
 */
export function readRetryPolicy(raw: unknown): RetryPolicy {
  if (raw === undefined) return defaultPolicy;
  const { type, count, interval, minimumInterval, maximumInterval } = raw as Record<string, unknown>;
  if (type === "none") return { ...defaultPolicy, count: 0 };
  if (type !== "exponential")
    throw new TemplateFault(`A retry policy of type ${String(type)} isn't supported.`);
  const intervalMs = durationOf(interval);
  const policy = {
    count: Number(count),
    intervalMs,
    minimumMs: minimumInterval === undefined ? 5_000 : durationOf(minimumInterval),
    maximumMs: maximumInterval === undefined ? 86_400_000 : durationOf(maximumInterval),
  };
  if (!Number.isInteger(policy.count) || policy.count < 1 || policy.count > 90)
    throw new TemplateFault("A retry policy's count must be from 1 to 90.");
  if (policy.minimumMs < 5_000 || policy.minimumMs > intervalMs || intervalMs > policy.maximumMs)
    throw new TemplateFault("A retry policy needs PT5S <= minimumInterval <= interval <= maximumInterval.");
  return policy;
}

/** Returns the wait before a retry: a random time from a range that doubles with each retry. `retry` is counted from 1. */
export function retryDelayMs(policy: RetryPolicy, retry: number, random = Math.random()): number {
  const clamp = (ms: number) => Math.min(policy.maximumMs, Math.max(policy.minimumMs, ms));
  const from = retry === 1 ? policy.minimumMs : clamp(policy.intervalMs * 2 ** (retry - 2));
  return Math.round(from + random * (clamp(policy.intervalMs * 2 ** (retry - 1)) - from));
}

/** Whether Logic Apps retries after a response with this status. */
export const isRetried = (status: number) => status === 408 || status === 429 || status >= 500;

function durationOf(text: unknown): number {
  const found = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(String(text));
  if (!found) throw new TemplateFault(`The duration ${String(text)} isn't supported.`);
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((digits) => Number(digits ?? 0));
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}
