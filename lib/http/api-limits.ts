import "server-only";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import type { Operation } from "#lib/schemas/api-operations.ts";
import type { Actor } from "#lib/core/context.ts";
import { ApiProblem } from "./api-problem.ts";

const windowSeconds = 60;
/**
 * How many requests per minute each web process accepts. `token`: with one token. `user`: by one person. `writes`: changes
 * by one person. `vendor`: by one person, if the vendor has to answer. `refused`: with invalid credentials, by all callers
 * together.
 */
const quotas = { token: 600, user: 1_200, writes: 120, vendor: 60, refused: 300 };
type Bucket = keyof typeof quotas;
type Limiters = Record<Bucket, RateLimiterMemory>;

// Next gives every route its own module graph, so the shared limiters live on globalThis
const slot = Symbol.for("pocketsoc.api-limits");
const holder = globalThis as { [slot]?: Limiters };

const open = (bucket: Bucket) =>
  new RateLimiterMemory({ keyPrefix: bucket, points: quotas[bucket], duration: windowSeconds });
const limiters = () =>
  (holder[slot] ??= {
    token: open("token"),
    user: open("user"),
    writes: open("writes"),
    vendor: open("vendor"),
    refused: open("refused"),
  });

const policyOf = (buckets: Bucket[]) =>
  buckets.map((bucket) => `"${bucket}";q=${quotas[bucket]};w=${windowSeconds}`).join(", ");

/** The rate-limit headers of an answer to a request that hasn't been counted. */
export const uncountedHeaders = (): Record<string, string> => ({ "ratelimit-policy": policyOf(["user"]) });

async function count(bucket: Bucket, key: string): Promise<{ left: number; seconds: number; over: boolean }> {
  const result = await limiters()
    [bucket].consume(key)
    .catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused;
      throw refused;
    });
  return {
    left: result.remainingPoints,
    seconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
    over: result.consumedPoints > quotas[bucket],
  };
}

/**
 * Counts a request in each bucket until one is full. Returns the rate-limit headers of the IETF draft, and the full bucket
 * if there is one.
 */
async function countAll(keys: [Bucket, string][]) {
  const counts: string[] = [];
  for (const [bucket, key] of keys) {
    const { left, seconds, over } = await count(bucket, key);
    counts.push(`"${bucket}";r=${left};t=${seconds}`);
    if (over) return { headers: headersOf(keys, counts), full: { bucket, seconds } };
  }
  return { headers: headersOf(keys, counts), full: null };
}

const headersOf = (keys: [Bucket, string][], counts: string[]) => ({
  "ratelimit-policy": policyOf(keys.map(([bucket]) => bucket)),
  ratelimit: counts.join(", "),
});

const meaning: Record<Bucket, string> = {
  token: "This token made more than 600 requests within a minute.",
  user: "More than 1200 requests came from you within a minute, over all your tokens and sessions.",
  writes: "More than 120 changes came from you within a minute. One call can change 500 detections.",
  vendor: "More than 60 requests that are passed on to a vendor came from you within a minute.",
  refused: "Too many requests with credentials that aren't good came within a minute.",
};

function throwIfFull(counted: Awaited<ReturnType<typeof countAll>>): Record<string, string> {
  const { headers, full } = counted;
  if (!full) return headers;
  throw new ApiProblem(
    "rate_limited",
    `${meaning[full.bucket]} This one was not served; try again in ${full.seconds} seconds.`,
    { headers: { ...headers, "retry-after": String(full.seconds) } },
  );
}

/** Counts an authenticated request and returns the rate-limit headers for its answer. Throws ApiProblem `rate_limited`. */
export async function countRequest(
  actor: Actor,
  { method, asksVendor }: Pick<Operation, "method" | "asksVendor">,
): Promise<Record<string, string>> {
  const person = actor.kind === "user" ? actor.userId : actor.organisationId;
  const keys: [Bucket, string][] = [["user", person]];
  if (actor.kind === "user" && actor.token) keys.unshift(["token", actor.token.id]);
  if (method !== "GET") keys.push(["writes", person]);
  if (asksVendor) keys.push(["vendor", person]);
  return throwIfFull(await countAll(keys));
}

/**
 * Counts a request with invalid credentials and returns the rate-limit headers. All such requests share one bucket. Throws
 * ApiProblem `rate_limited`.
 */
export async function countRefused(): Promise<Record<string, string>> {
  return throwIfFull(await countAll([["refused", "all"]]));
}
