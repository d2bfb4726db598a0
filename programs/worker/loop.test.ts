import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, it, vi } from "vitest";
import type { Services } from "#lib/core/context.ts";
import type { LeaseWork, Work } from "#lib/core/work.ts";
import { type Loop, type LoopOptions, startLoop } from "./loop.ts";
import { eachLease, loopTable, startLoops } from "./start-loops.ts";

const logged: string[] = [];
const listeners = new Map<string, () => void>();
const services = {
  log: (event: string) => logged.push(event),
  hints: {
    subscribe: (topic: string, listener: () => void) => {
      listeners.set(topic, listener);
      return () => void listeners.delete(topic);
    },
  },
} as unknown as Services;
let stop = async () => {};
afterEach(async () => {
  vi.useRealTimers();
  logged.length = 0;
  await stop();
});

/** a time that no test waits for */
const neverMs = 3_600_000;
const start = (options: LoopOptions): Loop => {
  const loop = startLoop(services, "test", options);
  stop = loop.stop;
  return loop;
};

/**
 * Returns a queue of `count` due pieces of work. Each running piece adds a function to `begun`, and ends when the test
 * calls the function.
 */
function duePieces(count: number) {
  const limits: number[] = [];
  const begun: (() => void)[] = [];
  let left = count;
  const piece: Work = () => new Promise((resolve) => begun.push(resolve));
  const lease: LeaseWork = async (_services, limit) => {
    limits.push(limit);
    const leased = Math.min(limit, left);
    left -= leased;
    return Array.from({ length: leased }, () => piece);
  };
  return { lease, limits, begun, add: (more: number) => void (left += more) };
}

it("leases only as many pieces as it has room for, and more as pieces end", async () => {
  const due = duePieces(5);
  start({ lease: due.lease, concurrency: 2, idleMs: neverMs });
  await vi.waitFor(() => expect(due.begun).toHaveLength(2));
  expect(due.limits).toEqual([2]);
  for (let ended = 0; ended < 5; ended++) {
    await vi.waitFor(() => expect(due.begun.length).toBeGreaterThan(ended));
    expect(due.begun.length).toBeLessThanOrEqual(ended + 2);
    due.begun[ended]?.();
  }
  await vi.waitFor(() => expect(due.limits.at(-1)).toBe(2));
  expect(logged).toEqual([]);
});

it("leases a whole batch but works on no more pieces than its concurrency", async () => {
  const due = duePieces(30);
  start({ lease: due.lease, concurrency: 2, batch: 25, idleMs: neverMs });
  for (let ended = 0; ended < 30; ended++) {
    await vi.waitFor(() => expect(due.begun.length).toBeGreaterThan(ended));
    expect(due.begun.length).toBeLessThanOrEqual(ended + 2);
    due.begun[ended]?.();
  }
  expect(new Set(due.limits)).toEqual(new Set([25]));
});

it("leases at once when it is woken, even while it is leasing", async () => {
  const due = duePieces(0);
  let finishLeasing = () => {};
  const slow: LeaseWork = async (...args) => {
    const leased = await due.lease(...args);
    await new Promise<void>((resolve) => (finishLeasing = resolve));
    return leased;
  };
  const loop = start({ lease: slow, concurrency: 1, idleMs: neverMs });
  await vi.waitFor(() => expect(due.limits).toHaveLength(1));
  // too late for the leasing under way
  due.add(1);
  loop.wake();
  finishLeasing();
  await vi.waitFor(() => expect(due.limits).toHaveLength(2));
  finishLeasing();
  await vi.waitFor(() => expect(due.begun).toHaveLength(1));
  due.begun[0]?.();
  await vi.waitFor(() => expect(due.limits).toHaveLength(3));
  finishLeasing();
});

it("continues after a piece fails and after leasing fails", async () => {
  vi.useFakeTimers();
  let attempts = 0;
  const lease: LeaseWork = async () => {
    attempts += 1;
    if (attempts === 1) throw new Error("no database");
    return attempts === 2 ? [() => Promise.reject(new Error("a fault"))] : [];
  };
  start({ lease, concurrency: 1, idleMs: 100 });
  await vi.advanceTimersByTimeAsync(1_900);
  expect([attempts, logged]).toEqual([1, ["test.lease_failed"]]);
  await vi.advanceTimersByTimeAsync(500);
  expect(logged).toEqual(["test.lease_failed", "test.failed"]);
  expect(attempts).toBeGreaterThan(2);
});

it("stops once the pieces under way have ended, and leases nothing more", async () => {
  const due = duePieces(3);
  const loop = start({ lease: due.lease, concurrency: 1, idleMs: neverMs });
  await vi.waitFor(() => expect(due.begun).toHaveLength(1));
  let hasEnded = false;
  const ended = loop.stop().then(() => (hasEnded = true));
  // a loop that doesn't wait for its pieces would end within this time
  await pause(20);
  expect(hasEnded).toBe(false);
  due.begun[0]?.();
  await ended;
  expect(due.begun).toHaveLength(1);
});

it("is woken by its hint, and by each ended piece of the loop it follows", async () => {
  const first = duePieces(0);
  const second = duePieces(0);
  const running = startLoops(
    services,
    loopTable({
      first: { lease: first.lease, concurrency: 1, idleMs: neverMs, wakeOn: "changes" },
      second: { lease: second.lease, concurrency: 1, idleMs: neverMs, wakeAfter: "first" },
    }),
  );
  stop = running.stop;
  await vi.waitFor(() => expect([first.limits.length, second.limits.length]).toEqual([1, 1]));
  first.add(1);
  listeners.get("changes")?.();
  await vi.waitFor(() => expect(first.begun).toHaveLength(1));
  second.add(1);
  first.begun[0]?.();
  await vi.waitFor(() => expect(second.begun).toHaveLength(1));
  second.begun[0]?.();
  await running.stop();
  expect(listeners.size).toBe(0);
});

it("eachLease runs the work once for each lease", async () => {
  const done: string[] = [];
  const lease = eachLease(
    async (_services, limit) => ["a", "b", "c"].slice(0, limit),
    async (_services, leased) => done.push(leased),
  );
  const pieces = await lease(services, 2, new AbortController().signal);
  for (const piece of pieces) await piece();
  expect(done).toEqual(["a", "b"]);
});
