import { vi } from "vitest";

const factor = 20;

/**
 * Lets the limits that calls are given, and every wait of half a second or more, pass 20 times as fast:
 * what takes half a minute at Azure takes a second and a half. Ends with `vi.restoreAllMocks()`.
 */
export function hurry(): void {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const wait = globalThis.setTimeout;
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout(Math.ceil(ms / factor)));
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((work: () => void, ms = 0, ...rest: []) =>
    wait(work, ms >= 500 ? ms / factor : ms, ...rest)) as typeof setTimeout);
}
