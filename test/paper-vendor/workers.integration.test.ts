import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import type { Context } from "#lib/core/context.ts";
import { listVendorConfigurations } from "#lib/sources/configurations/list.ts";
import { feed, makeDue, save } from "../steps.ts";
import { startWorkerProcess, type WorkerProcess } from "../worker-process.ts";
import { paperForm } from "./form.ts";
import { startPaperStack } from "./stack.ts";

const drawers = Array.from({ length: 8 }, (_none, index) => `ward/${index}`);
let stack: Awaited<ReturnType<typeof startPaperStack>>;
let admin: Context;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  stack = await startPaperStack({ limited: true });
  admin = await stack.asMember("admin");
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop("SIGKILL")));
});
afterAll(() => stack.stop());

it("workers of an installation together ask no more than the vendor takes", async () => {
  for (const drawer of drawers) {
    stack.service.ledger.put({ drawer, number: "S-1", headline: `In ${drawer}` });
    await save(admin, { ...paperForm, displayName: drawer, drawer });
    await stack.rest();
  }
  // as if all that were long ago
  stack.service.calls.length = 0;
  await makeDue(stack.services);
  const preload = `--import=${new URL("./with-paper.mjs", import.meta.url).href}`;
  const env = { ...stack.workerEnv, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} ${preload}` };
  workers.push(startWorkerProcess(env), startWorkerProcess(env));
  const settled = async () => {
    const all = await listVendorConfigurations(admin);
    const states = all.map(({ health }) => health.code ?? health.state);
    expect(states.filter((state) => state === "not_proven")).toEqual([]);
  };
  await vi.waitFor(settled, { timeout: 60_000, interval: 50 });
  const { calls } = stack.service;
  const seconds = (calls.at(-1)?.at ?? 0) / 1_000 - (calls[0]?.at ?? 0) / 1_000;
  // two at once, then one every 6.7 seconds, of eight that were due together
  expect(calls.length).toBeGreaterThanOrEqual(2);
  expect(calls.length).toBeLessThanOrEqual(3 + seconds / 6.6);
  expect(calls.filter(({ status }) => status === 429)).toEqual([]);
  const all = await listVendorConfigurations(admin);
  const throttled = all.filter(({ health }) => health.code === "throttled");
  expect(throttled.length).toBe(drawers.length - calls.length);
  expect((await feed(admin, {})).items).toHaveLength(calls.length);
});
