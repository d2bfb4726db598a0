import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { beatEveryMs } from "#lib/domain/beat.ts";
import { withBeats } from "./beats.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

it("events pass, and a beat comes for every 15 s of silence", async () => {
  async function* work() {
    yield "began";
    await wait(3.5 * beatEveryMs);
    yield "ended";
  }
  const seen: unknown[] = [];
  const read = (async () => {
    for await (const event of withBeats(work())) seen.push(event);
  })();
  await vi.advanceTimersByTimeAsync(4 * beatEveryMs);
  await read;
  const beat = { type: "beat" };
  expect(seen).toEqual(["began", beat, beat, beat, "ended"]);
  expect(vi.getTimerCount()).toBe(0);
});

it("a failure reaches the reader, also after beats", async () => {
  async function* work() {
    await wait(2 * beatEveryMs + 1);
    yield* [] as string[];
    throw new Error("gone");
  }
  const read = (async () => {
    for await (const _event of withBeats(work()));
  })();
  const failure = read.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(3 * beatEveryMs);
  expect(await failure).toEqual(new Error("gone"));
});

it("a reader that leaves ends the work, even while it waits", async () => {
  let isEnded = false;
  async function* work() {
    try {
      for (;;) {
        yield "event";
        await wait(2 * beatEveryMs);
      }
    } finally {
      isEnded = true;
    }
  }
  const events = withBeats(work());
  await events.next();
  const beat = events.next();
  await vi.advanceTimersByTimeAsync(beatEveryMs);
  expect(await beat).toEqual({ done: false, value: { type: "beat" } });
  await events.return();
  await vi.advanceTimersByTimeAsync(2 * beatEveryMs);
  expect([isEnded, vi.getTimerCount()]).toEqual([true, 0]);
});
