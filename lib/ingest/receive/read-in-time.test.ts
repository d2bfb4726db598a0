import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readBody } from "./read-in-time.ts";

const limits = { maxBytes: 1_000, timeoutMs: 10_000, concurrency: 20 };
beforeEach(() => vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] }));
afterEach(() => vi.useRealTimers());

/** A body of which nothing arrives. */
const silent = (): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }),
});
async function* whole(): AsyncGenerator<Uint8Array> {
  yield Buffer.from("{}");
}
const read = (organisationId: string, body = whole()) => readBody(organisationId, body, limits);

it("gives up the oldest slow body when too many are arriving, and takes the new one", async () => {
  const slow = Array.from({ length: limits.concurrency }, () => readBody("a", silent(), limits));
  expect(await read("a")).toBeNull();
  expect(await read("b")).toMatchObject({ ok: true });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await read("a")).toMatchObject({ ok: true });
  expect(await slow[0]).toMatchObject({ ok: false, refusal: "too_slow" });
  // only one gave way
  expect(await Promise.race([slow[1], Promise.resolve("still arriving")])).toBe("still arriving");
  await vi.advanceTimersByTimeAsync(9_000);
  expect((await Promise.all(slow)).every((answer) => answer?.ok === false)).toBe(true);
  expect(await read("a")).toMatchObject({ ok: true });
});

it("lets others in while slow bodies are replaced again and again", async () => {
  for (let second = 0; second < 5; second++) {
    for (let sent = 0; sent < limits.concurrency; sent++) void readBody("a", silent(), limits);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await read("a")).toMatchObject({ ok: true });
  }
});
