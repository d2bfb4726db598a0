import "server-only";
import { RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import type { Operation } from "#lib/schemas/api-operations.ts";
import { ServiceError } from "#lib/platform/errors.ts";
import type { Actor } from "#lib/core/context.ts";
import { ApiProblem } from "./api-problem.ts";

const windowSeconds = 60;
/**
 * How many requests per minute each web process accepts. `token`: with one token. `user`: by one person. `writes`: changes
 * by one person. `vendor`: by one person, if the vendor has to answer. `refused`: with invalid credentials, by all callers
 * together. `actions` and `reads`: by one person's pages, which are counted apart from the API, so that a program of the
 * person doesn't stop their pages.
 */
const quotas = {
  token: 600,
  user: 1_200,
  writes: 120,
  vendor: 60,
  refused: 300,
  actions: 300,
  reads: 1_200,
};
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
    actions: open("actions"),
    reads: open("reads"),
  });

const policyOf = (buckets: Bucket[]) =>
  buckets.map((bucket) => `"${bucket}";q=${quotas[bucket]};w=${windowSeconds}`).join(", ");

/** The rate-limit headers of an answer to a request that hasn't been counted. */
export const uncountedHeaders = (): Record<string, string> => ({ "ratelimit-policy": policyOf(["user"]) });

// not by class: the limiter may come from another module graph, whose class is another one
const isAnswer = (refused: unknown): refused is RateLimiterRes =>
  typeof refused === "object" && refused !== null && "msBeforeNext" in refused;

async function count(bucket: Bucket, key: string): Promise<{ left: number; seconds: number; over: boolean }> {
  const result = await limiters()
    [bucket].consume(key)
    .catch((refused: unknown) => {
      if (isAnswer(refused)) return refused;
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
  actions: "More than 300 changes came from your pages within a minute.",
  reads: "More than 1200 reads came from your pages within a minute.",
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

/** Thrown if a person's pages send too many requests. */
export class TooManyRequests extends ServiceError {
  readonly retryAfterSeconds: number;

  constructor(bucket: "actions" | "reads", seconds: number) {
    super("rate_limited", `${meaning[bucket]} This one was not served; try again in ${seconds} seconds.`);
    this.retryAfterSeconds = seconds;
  }
}

/** Counts a request of a signed-in person's page: an action, or a read from a route handler. Throws TooManyRequests. */
export async function countPageRequest(actor: Actor, bucket: "actions" | "reads"): Promise<void> {
  const { full } = await countAll([[bucket, actor.kind === "user" ? actor.userId : actor.organisationId]]);
  if (full) throw new TooManyRequests(bucket, full.seconds);
}
