import { vi } from "vitest";

const factor = 20;

/**
 * Makes `AbortSignal.timeout`, and every wait of half a second or more, 20 times as fast. `vi.restoreAllMocks()` ends this.
 */
export function hurry(): void {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const wait = globalThis.setTimeout;
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout(Math.ceil(ms / factor)));
  vi.spyOn(globalThis, "setTimeout").mockImplementation(((work: () => void, ms = 0, ...rest: []) =>
    wait(work, ms >= 500 ? ms / factor : ms, ...rest)) as typeof setTimeout);
}
